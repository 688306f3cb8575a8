package pgpool

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// FullError is returned if all connections of a pool were in use for too long,
// or until the caller's context was done. Unwrap returns the context's error.
type FullError struct {
	// Size is the number of connections.
	Size int
	// Waited is how long the caller waited for one.
	Waited time.Duration
	// Longest is how long the one longest in use has been, by Holder.
	Longest time.Duration
	Holder  string

	ctx error
}

func (e *FullError) Error() string {
	text := fmt.Sprintf("all %d connections of the pool to the database have been in use for %s", e.Size, e.Waited.Round(time.Millisecond))
	if e.Holder != "" {
		text += fmt.Sprintf(", the longest for %s by %s", e.Longest.Round(time.Millisecond), e.Holder)
	}
	return text + ": raise POSTGRES_POOL_MAX, or hold connections for less long"
}

func (e *FullError) Unwrap() error { return e.ctx }

// acquiring limits the wait for a connection. It traces the pool, as that
// applies to every way to a connection, pgx's and that of database/sql.
type acquiring struct {
	most   time.Duration
	size   int64
	limits *limits
	gate   *gate
	line   *line
	claims atomic.Int64 // connections in use, and callers who want one
}

// TraceQueryStart implements pgx.QueryTracer, as a pool's tracer has to. It is
// not called: a connection's tracer is its session.
func (a *acquiring) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (a *acquiring) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceAcquireStart implements pgxpool.AcquireTracer.
func (a *acquiring) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	enough, refusal := a.claims.Add(1) <= a.size, a.line.kept()
	if enough && refusal == nil {
		return ctx
	}
	timed, cancel := context.WithTimeout(ctx, a.most)
	w := &waiting{Context: timed, caller: ctx, cancel: cancel, from: a, since: time.Now(), refusal: refusal}
	if refusal != nil {
		w.inLine = a.line.wait(timed)
	}
	return w
}

// TraceAcquireEnd implements pgxpool.AcquireTracer.
func (a *acquiring) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, data pgxpool.TraceAcquireEndData) {
	if w, ok := ctx.(*waiting); ok {
		w.cancel()
		if w.inLine {
			a.line.leave()
		}
	}
	if data.Err != nil {
		a.claims.Add(-1)
		a.gate.refused(data.Err)
		a.line.refused(data.Err)
		return
	}
	if s := sessionOf(data.Conn); s != nil {
		s.acquired()
	}
}

// TraceRelease implements pgxpool.ReleaseTracer.
func (a *acquiring) TraceRelease(_ *pgxpool.Pool, data pgxpool.TraceReleaseData) {
	a.claims.Add(-1)
	if s := sessionOf(data.Conn); s != nil {
		s.released()
	}
}

// waiting is the context of a caller who waits for a connection.
type waiting struct {
	context.Context //nolint:containedctx // it is one
	caller          context.Context
	cancel          context.CancelFunc
	from            *acquiring
	since           time.Time
	refusal         error // the server's, for which the caller waits in the line
	inLine          bool
}

// Err implements context.Context.
func (w *waiting) Err() error {
	if w.Context.Err() == nil {
		return nil
	}
	if w.refusal != nil && w.caller.Err() == nil {
		return &lineError{refusal: w.refusal, waited: time.Since(w.since)}
	}
	err := &FullError{Size: int(w.from.size), Waited: time.Since(w.since), ctx: w.caller.Err()}
	err.Longest, err.Holder = w.from.limits.longest()
	return err
}

// longest returns how long a connection has been in use, and by whom, for the
// one that has been longest.
func (l *limits) longest() (time.Duration, string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var (
		since int64
		found *session
	)
	for s := range l.sessions {
		if at := s.since.Load(); at != 0 && (found == nil || at < since) {
			since, found = at, s
		}
	}
	if found == nil {
		return 0, ""
	}
	return time.Since(time.Unix(0, since)), found.holder()
}

// below are packages through which a connection is acquired; who holds it is
// above.
var below = []string{"database/sql.", "github.com/jackc/", "entgo.io/", "github.com/elizago/elizago/internal/pgpool.", "github.com/elizago/elizago/ent", "github.com/elizago/elizago/plugins/sql"}

// holder returns the function that holds the connection.
func (s *session) holder() string {
	var callers []uintptr
	for i := range s.callers {
		at := s.callers[i].Load()
		if at == 0 {
			break
		}
		callers = append(callers, at)
	}
	outermost := ""
	if len(callers) == 0 {
		return "a statement"
	}
	for frames := runtime.CallersFrames(callers); ; {
		frame, more := frames.Next()
		if name := frame.Function; name != "" {
			outer := true
			for _, prefix := range below {
				outer = outer && !strings.HasPrefix(name, prefix)
			}
			if outer && !strings.HasPrefix(name, "runtime.") {
				return name[strings.LastIndex(name, "/")+1:]
			}
			if !strings.HasPrefix(name, "runtime.") {
				outermost = name[strings.LastIndex(name, "/")+1:]
			}
		}
		if !more {
			return cmp.Or(outermost, "a statement")
		}
	}
}
