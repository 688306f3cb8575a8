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

// pooler says whether something between here and the server, such as PgBouncer
// in transaction mode, gives each transaction another of the server's
// connections. Statements that were prepared on one are then not there on the
// next, so that pgx has to send each statement whole; it still remembers the
// types of the parameters, and so takes one round trip, as for a prepared one.
type pooler struct{ found atomic.Bool }

// watch lets connections of a pool that are made from now on heed what is
// found. Who names a mode in the connection string has chosen, and keeps it.
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

// detect connects, and looks whether there is a pooler. A server tells each
// client the number of its process when they connect; that of a pooler's client
// is made up, so it is not the number of the process that answers.
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
