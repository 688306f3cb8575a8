package pgpool

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// execModeParameter is pgx's parameter of a connection string that says how
// statements are sent.
const execModeParameter = "default_query_exec_mode"

// pooler records whether a pooler such as PgBouncer in transaction mode gives
// each transaction another server connection. Statements prepared on one are
// then missing on the next, so pgx sends each statement whole; it caches the
// parameter types, which keeps that at one round trip.
type pooler struct {
	found atomic.Bool
	named bool // the connection string names a mode, which overrides this
}

// watch reads the mode that the connection string names.
func (p *pooler) watch(url string) { p.named = conninfo(url)[execModeParameter] != "" }

// apply makes a connection use the mode that detect found necessary.
func (p *pooler) apply(conn *pgx.ConnConfig) {
	if !p.named && p.found.Load() {
		conn.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
}

// detect checks for a pooler. A server sends its process id when a client
// connects; a pooler sends one of its own, which differs from that of the
// process that answers.
func (p *pooler) detect(ctx context.Context, pool *pgxpool.Pool, conn *pgxpool.Conn) error {
	results, err := conn.Conn().PgConn().Exec(ctx, "SELECT pg_backend_pid()").ReadAll()
	if err != nil {
		return err
	}
	if len(results) != 1 || len(results[0].Rows) != 1 || len(results[0].Rows[0]) != 1 {
		return errors.New("the server did not say which of its processes answers")
	}
	answers, err := strconv.ParseUint(string(results[0].Rows[0][0]), 10, 32)
	if err != nil {
		return err
	}
	if uint64(conn.Conn().PgConn().PID()) != answers {
		p.found.Store(true)
		pool.Reset() // this connection is not to be used for more
	}
	return nil
}
