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
type pooler struct{ found atomic.Bool }

// watch makes the later connections of a pool use the mode that detect found
// necessary. A mode in the connection string overrides it.
func (p *pooler) watch(cfg *pgxpool.Config, url string) {
	if conninfo(url)[execModeParameter] != "" {
		return
	}
	cfg.BeforeConnect = func(_ context.Context, conn *pgx.ConnConfig) error {
		if p.found.Load() {
			conn.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
		}
		return nil
	}
}

// detect connects and checks for a pooler. A server sends its process id when a
// client connects; a pooler sends one of its own, which differs from that of the
// process that answers.
func (p *pooler) detect(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
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
