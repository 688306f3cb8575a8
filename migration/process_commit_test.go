package migration_test

import (
	"context"
	"database/sql"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// The answer to the commit is lost on its way: the error does not say that
// nothing was changed, and the next run finds it done.
func TestConnectionLostInTheCommit(t *testing.T) {
	t.Parallel()
	url := pgtest.Copy(t, beforeForty(t))
	admin := openURL(t, url)
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	severed := severing(config, "commit", func() {
		eventually(t, admin, "SELECT count(*) = 2 FROM migrations.runs WHERE outcome = 'applied'")
	})
	e, err := migration.New(migration.Config{DB: severed})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), forty(true), migration.Options{})
	require.ErrorContains(t, err, "commit")
	require.ErrorContains(t, err, "the connection to the server was lost")
	require.NotContains(t, err.Error(), "nothing was changed")
	require.NoError(t, severed.Close())

	require.True(t, apply(t, admin, forty(true)...).UpToDate)
	settled(t, admin, forty(true)...)
}

// severing is a pool that cuts the connection on which a query is sent for the
// first time, after it was sent and then has returned.
func severing(config *pgx.ConnConfig, query string, then func()) *sql.DB {
	s := &severer{query: query, then: then}
	config.Tracer = s
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return &severedConn{Conn: conn, severer: s}, err
	}
	return stdlib.OpenDB(*config)
}

type severer struct {
	query string
	then  func()
	done  atomic.Bool
}

// TraceQueryStart implements pgx.QueryTracer.
func (s *severer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if data.SQL == s.query && s.done.CompareAndSwap(false, true) {
		conn.PgConn().Conn().(*severedConn).sending.Store(true)
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s *severer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

type severedConn struct {
	net.Conn
	severer *severer
	sending atomic.Bool // what is written next is the query
	cut     atomic.Bool
}

func (c *severedConn) Write(b []byte) (int, error) {
	if !c.sending.CompareAndSwap(true, false) {
		return c.Conn.Write(b)
	}
	c.cut.Store(true)
	n, err := c.Conn.Write(b)
	c.severer.then()
	return n, err
}

// Read may be at it already, as pgx does not wait for a slow Write.
func (c *severedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.cut.Load() {
		return 0, io.EOF
	}
	return n, err
}
