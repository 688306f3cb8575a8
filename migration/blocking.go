package migration

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgerrcode"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// session describes another session of the server, without what it is executing:
// that may contain secrets.
type session struct {
	pid                                int
	kind, name, client, state, started sql.NullString
}

// sessionColumns are those of pg_stat_activity, as a, that scan reads after the
// pid. Other roles see the pid and the name only.
const sessionColumns = `CASE WHEN a.backend_type <> 'client backend' THEN a.backend_type END,
	nullif(a.application_name, ''), coalesce(host(a.client_addr), 'a local socket'),
	a.state, to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS TZ')`

func (s *session) into() []any {
	return []any{&s.pid, &s.kind, &s.name, &s.client, &s.state, &s.started}
}

// String returns the session's pid, name, state, address, and start.
func (s *session) String() string {
	if s.pid == 0 {
		return "a prepared transaction (see pg_prepared_xacts)"
	}
	parts := []string{fmt.Sprintf("pid %d", s.pid)}
	if s.kind.Valid {
		parts = append(parts, s.kind.String)
	}
	if s.name.Valid {
		parts = append(parts, fmt.Sprintf("application %q", s.name.String))
	}
	if s.state.Valid {
		parts = append(parts, s.state.String)
	}
	if s.started.Valid {
		parts = append(parts, "from "+s.client.String, "since "+s.started.String)
	}
	return strings.Join(parts, ", ")
}

// blocker finds the session that a transaction waits for. It must look during
// the wait: after a timeout the server no longer knows.
type blocker struct {
	cancel context.CancelFunc
	done   chan struct{}

	mu   sync.Mutex
	seen string // the last one: a session that let the transaction go on does not block it
}

// looks is how often the blocker looks while one statement waits for as long as
// it may. A run that does not wait is usually over before the first look.
const looks = 4

// lookTimeout is how long a look may take of a server that does not answer.
const lookTimeout = 5 * time.Second

// watch starts looking for the session that tx waits for. It uses another
// connection, and finds nothing if there is none.
func (e *Engine) watch(ctx context.Context, tx *sql.Tx) (*blocker, error) {
	var pid int
	if err := tx.QueryRowContext(ctx, "SELECT pg_backend_pid()", catalog.OneRoundTrip).Scan(&pid); err != nil {
		return nil, fmt.Errorf("migration: prepare the transaction: %w", err)
	}
	return e.watchPID(ctx, pid), nil
}

// watchPID starts looking for the session that the one with a process id waits for.
func (e *Engine) watchPID(ctx context.Context, pid int) *blocker {
	ctx, cancel := context.WithCancel(ctx)
	b := &blocker{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(b.done)
		for sleep(ctx, max(e.tableTimeout/looks, time.Millisecond)) == nil {
			s, err := e.look(ctx, pid)
			if err != nil {
				continue
			}
			b.mu.Lock()
			if b.seen == "" {
				e.log.Info("waiting for another session", zap.String("session", s.String()))
			}
			b.seen = s.String()
			b.mu.Unlock()
		}
	}()
	return b
}

// look returns the session that blocks another one: of several, that of the
// oldest transaction, as others wait behind it.
//
// The context is for the wait for a connection. A look that has begun ends by
// itself: pgx would ask the server to cancel it, and a program that ends in the
// middle of such a request takes PgBouncer 1.18 down with it
// (github.com/pgbouncer/pgbouncer, issue 801).
func (e *Engine) look(ctx context.Context, pid int) (*session, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout)
	defer cancel()
	var s session
	return &s, conn.QueryRowContext(ctx, `
SELECT b.pid, `+sessionColumns+`
FROM unnest(pg_catalog.pg_blocking_pids($1)) b (pid)
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
ORDER BY a.xact_start LIMIT 1`, catalog.OneRoundTrip, pid).Scan(s.into()...)
}

// stop ends the search, and adds the blocking session to an error from waiting.
func (b *blocker) stop(err error) error {
	if b == nil {
		return err
	}
	b.cancel()
	<-b.done
	if pgerr.Is(err, pgerrcode.LockNotAvailable) {
		return &BusyError{Holder: b.seen, Err: err}
	}
	return err
}
