package pgpool

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/internal/pgerr"
)

// line is where callers wait while the server has no further connection for the
// process: one that is returned to the pool goes to the caller who has waited
// longest. Without it, a caller who has just returned a connection takes it
// again, and the others wait until they give up.
type line struct {
	// ready reports whether a connection of the pool is free, or another attempt
	// to connect is due: other processes return theirs, too.
	ready func() bool
	last  atomic.Pointer[shortage]
	turn  chan struct{} // held by the first
}

// shortage is the server's last refusal of a connection.
type shortage struct {
	err   error
	until time.Time // to which the line is kept
}

const (
	// lineKept is how long callers form a line after the server has refused a
	// connection. It is longer than the pauses between attempts to connect.
	lineKept = 3 * time.Second
	// linePoll is how often the first looks for a connection.
	linePoll = time.Millisecond
)

func newLine(ready func() bool) *line { return &line{ready: ready, turn: make(chan struct{}, 1)} }

// refused notes that the server has refused a connection, now or lately.
func (l *line) refused(err error) {
	var pgErr *pgconn.PgError
	if pgerr.Full(err) && errors.As(err, &pgErr) {
		l.last.Store(&shortage{pgErr, time.Now().Add(lineKept)})
	}
}

// kept returns the refusal for which callers have to wait, nil if there is none.
func (l *line) kept() error {
	if last := l.last.Load(); last != nil && time.Now().Before(last.until) {
		return last.err
	}
	return nil
}

// wait returns when the caller is the first, and there is a connection or an
// attempt to be made. It reports whether the caller is in the line, and leaves it
// once it has a connection or was refused one.
func (l *line) wait(ctx context.Context) bool {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	for !l.ready() {
		if wait(ctx, linePoll, nil) != nil {
			break
		}
	}
	return true
}

// leave lets the next one be the first.
func (l *line) leave() { <-l.turn }

// lineError is the error of a caller who has waited in the line for as long as
// a call waits for a connection.
type lineError struct {
	refusal error
	waited  time.Duration
}

func (e *lineError) Error() string {
	return fmt.Sprintf("no connection of the process was free for %s: %v", e.waited.Round(time.Millisecond), e.refusal)
}

func (e *lineError) Unwrap() error { return e.refusal }

// waitedInLine reports that a call has waited for a connection for as long as
// calls do.
func waitedInLine(err error) bool {
	var waited *lineError
	return errors.As(err, &waited)
}
