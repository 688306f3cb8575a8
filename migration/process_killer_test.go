package migration_test

import (
	"context"
	"net"
	"os"
	"sync/atomic"
	"syscall"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// killPoint is where a child kills itself with signal 9. The zero value is
// nowhere.
type killPoint struct {
	Statement int    // after so many statements of the plan were executed
	Query     int    // after so many queries of all kinds were answered
	Before    string // before this query is sent
	Sent      string // after this query is sent, without waiting for the answer
	After     string // after this query was answered
	Log       string // after this message was logged
}

// killer watches a child from within.
type killer struct {
	point      killPoint
	armed      atomic.Bool
	statements atomic.Int64
	queries    atomic.Int64
	committed  atomic.Int64 // the number of the first commit among the queries
	sending    atomic.Bool  // what is written next is point.Sent
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal may take another thread first
}

// logger is the engine's logger.
func (k *killer) logger() *zap.Logger {
	return quiet(func(entry zapcore.Entry) error {
		if isStatement(entry) && k.statements.Add(1) == int64(k.point.Statement) {
			die()
		}
		if k.point.Log != "" && entry.Message == k.point.Log {
			die()
		}
		return nil
	})
}

// watch looks at all that goes through connections of config.
func (k *killer) watch(config *pgx.ConnConfig) {
	config.Tracer = k
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return watchedConn{conn, k}, err
	}
}

type sqlKey struct{}

// TraceQueryStart implements pgx.QueryTracer.
func (k *killer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if k.armed.Load() {
		switch data.SQL {
		case k.point.Before:
			die()
		case k.point.Sent:
			k.sending.Store(true)
		}
	}
	return context.WithValue(ctx, sqlKey{}, data.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (k *killer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if !k.armed.Load() {
		return
	}
	n := k.queries.Add(1)
	sql, _ := ctx.Value(sqlKey{}).(string)
	if sql == "commit" {
		k.committed.CompareAndSwap(0, n)
	}
	if n == int64(k.point.Query) || sql != "" && sql == k.point.After {
		die()
	}
}

// watchedConn tells when a query has been sent.
type watchedConn struct {
	net.Conn
	killer *killer
}

func (c watchedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if c.killer.sending.Load() {
		die()
	}
	return n, err
}
