package migration_test

import (
	"context"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

func init() {
	childSchemas["one statement of data"] = func() []migration.Unit { return withStatement("SELECT 1") }
	childSchemas["one statement of data that outlasts a look"] = func() []migration.Unit { return withStatement(untilLook) }
}

// killPoint is where a child kills itself with signal 9. The zero value is
// nowhere.
type killPoint struct {
	Statement int    // after so many statements of the plan were executed
	Query     int    // after so many queries, isLook's excepted, were answered
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

// isLook reports whether a query looks for the session that blocks the run. Such
// a query goes through a connection of its own and is sent after a time, so a
// slow machine sees more of them than a fast one. They are not counted: query n
// of a run is the same query in each run.
func isLook(sql string) bool { return strings.Contains(sql, "pg_blocking_pids") }

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
	sql, _ := ctx.Value(sqlKey{}).(string)
	if !k.armed.Load() || isLook(sql) {
		return
	}
	n := k.queries.Add(1)
	if sql == "commit" {
		k.committed.CompareAndSwap(0, n)
	}
	if n == int64(k.point.Query) || sql != "" && sql == k.point.After {
		die()
	}
}

// watchedConn reports when a query has been sent.
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

// untilLook is a statement, no look itself, that ends when another session has
// looked for the one that blocks this one.
const untilLook = `DO $$ BEGIN
	WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
		AND pid <> pg_backend_pid() AND query LIKE '%blocking_pids%') LOOP
		PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
	END LOOP;
END $$`

// withStatement is a table with a data migration of one statement.
func withStatement(statement string) []migration.Unit {
	u := plugin("p", []*schema.Table{table("t", text("x"))})
	u.Schema.Data = []core.DataMigration{{Name: "statement", Run: sets(statement)}}
	return []migration.Unit{u}
}

// A run has as many queries on a slow machine as on a fast one.
func TestQueriesAreCountedWithoutLooks(t *testing.T) {
	t.Parallel()
	quick := spawn(t, order{URL: pgtest.Database(t), Schema: "one statement of data"}, nil).outcome(t)
	slow := spawn(t, order{URL: pgtest.Database(t), Schema: "one statement of data that outlasts a look"}, nil).outcome(t)
	require.Empty(t, quick.Error)
	require.NotZero(t, quick.Committed)
	require.Equal(t, quick, slow)
}
