package pgpool

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pingLimit is how long an idle connection may take to answer.
const pingLimit = 5 * time.Second

// idleTicks is how long a connection was idle if it is pinged before its use.
const idleTicks = int64(time.Second / tick)

// usable reports whether a connection that was idle can be used: it is in the
// state of a new one, and not dead. One that the server has ended, with a
// message or without, is readable; so a statement is hardly ever sent to it,
// and none has to fail as it is not known to have arrived.
func (s *session) usable(ctx context.Context, pool *pgxpool.Pool, conn *pgx.Conn) bool {
	statement := ""
	switch {
	case s.dirty.Load():
		statement = cleanSession
	case s.outdated.Load(), s.socket.readable(), s.limits.now()-s.idle.Load() > idleTicks:
		statement = "-- ping"
	default:
		return true
	}
	limited, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	_, err := conn.PgConn().Exec(limited, statement).ReadAll()
	if err == nil && s.outdated.Load() {
		err = conn.DeallocateAll(limited)
	}
	if err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			pool.Reset() // others would not answer either, one after the other
		}
		return false
	}
	s.dirty.Store(false)
	s.outdated.Store(false)
	return true
}

// cleanSession makes a session what a new one is, but for statements that are
// prepared, which pgx knows of: what DISCARD ALL does, without those.
const cleanSession = `CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; UNLISTEN *; ` +
	`SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES`

// Lend makes the pool reset the settings of a connection before its next use, as
// code that is not elizago's may change them, and notes who called.
func Lend(conn *pgx.Conn) {
	if s := sessionOf(conn); s != nil {
		s.dirty.Store(true)
		s.name(1)
	}
}

// changesSession reports whether a statement changes the session, by its first
// word.
func changesSession(statement string) bool {
	for statement != "" && (statement[0] == ' ' || statement[0] == '\n' || statement[0] == '\t' || statement[0] == '\r') {
		statement = statement[1:]
	}
	if len(statement) < 4 {
		return false
	}
	switch statement[0] | 0x20 {
	case 's':
		return statement[3] <= ' ' && strings.EqualFold(statement[:3], "SET")
	case 'l':
		return len(statement) > 6 && (strings.EqualFold(statement[:6], "LISTEN") || strings.EqualFold(statement[:4], "LOAD"))
	}
	return false
}
