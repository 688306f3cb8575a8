package pgpool

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// sessionKey is where a connection keeps its session.
const sessionKey = "elizago.session"

// session is what the pool knows of one of its connections. It is the
// connection's tracer, too, and the handler of its contexts.
type session struct {
	watch
	limits *limits
	conn   *pgconn.PgConn
	socket socket

	since   atomic.Int64 // when it was acquired, in nanoseconds; 0: it is idle
	callers [24]atomic.Uintptr
	idle    atomic.Int64 // the tick of its last return

	limited atomic.Bool  // its statements have a limit
	began   atomic.Int64 // the tick at which a statement with a limit began, 0: none runs
	dirty   atomic.Bool  // settings of the session may have been changed
	// outdated is set if a table was changed since statements were prepared.
	outdated atomic.Bool
}

// sessionOf returns nil for a connection that is not from a pool of this package.
func sessionOf(conn *pgx.Conn) *session {
	s, _ := conn.PgConn().CustomData()[sessionKey].(*session)
	return s
}

// newSession makes the session of a connection that is about to be established.
func newSession(limits *limits, config *pgx.ConnConfig) *session {
	s := &session{limits: limits}
	config.Tracer = s
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		s.conn = conn
		s.closing, s.asking = &pgconn.DeadlineContextWatcherHandler{Conn: conn.Conn()}, &asking{conn: conn}
		conn.CustomData()[sessionKey] = s
		return s
	}
	return s
}

// acquired notes that the connection is in use from now on.
func (s *session) acquired() {
	s.callers[0].Store(0)
	s.since.Store(time.Now().UnixNano())
}

// name notes who has the connection: its callers, below the one that is skipped
// functions up.
func (s *session) name(skip int) {
	var callers [len(s.callers)]uintptr
	n := runtime.Callers(skip+2, callers[:])
	for i := range n {
		s.callers[i].Store(callers[i])
	}
	if n < len(s.callers) {
		s.callers[n].Store(0)
	}
}

// released notes that it is idle.
func (s *session) released() {
	s.since.Store(0)
	s.limited.Store(false)
	s.idle.Store(s.limits.now())
}

// TraceQueryStart implements pgx.QueryTracer.
func (s *session) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.begin(ctx)
	if changesSession(data.SQL) {
		s.dirty.Store(true)
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s *session) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) { s.end() }

// TraceBatchStart implements pgx.BatchTracer.
func (s *session) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	s.begin(ctx)
	for _, queued := range data.Batch.QueuedQueries {
		if changesSession(queued.SQL) {
			s.dirty.Store(true)
		}
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (s *session) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (s *session) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) { s.end() }

// begin notes that a statement begins. One whose context has a deadline is
// limited by that alone.
func (s *session) begin(ctx context.Context) {
	if !s.limited.Load() {
		return
	}
	if _, limited := ctx.Deadline(); !limited {
		s.began.Store(s.limits.now())
	}
}

func (s *session) end() { s.began.Store(0) }
