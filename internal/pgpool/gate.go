package pgpool

import (
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/elizago/elizago/internal/pgerr"
)

// gate keeps callers from attempting to connect where an attempt has just
// failed: those of a process share it. Each attempt costs the server a process,
// so that the pauses between them grow. The zero value is open.
type gate struct{ last atomic.Pointer[refusal] }

// refusal is an attempt that failed.
type refusal struct {
	err   error
	until time.Time // the next attempt
	pause time.Duration
}

// gated is the error of an attempt, for a caller who made none.
type gated struct{ error }

func (g gated) Unwrap() error { return g.error }

const (
	firstGatePause   = 50 * time.Millisecond
	longestGatePause = 800 * time.Millisecond
)

// refused notes that an attempt to connect has failed. Of attempts at the same
// time the first counts.
func (g *gate) refused(err error) {
	var none gated
	if errors.As(err, &none) || !notReached(err) && !pgerr.Full(err) {
		return
	}
	last, pause := g.last.Load(), firstGatePause
	if last != nil {
		if time.Now().Before(last.until) {
			return
		}
		pause = min(2*last.pause, longestGatePause)
	}
	g.last.CompareAndSwap(last, &refusal{err: err, until: time.Now().Add(pause/2 + rand.N(pause)), pause: pause}) //nolint:gosec // not a secret
}

// pass returns the error of the last attempt, if that is not long ago.
func (g *gate) pass() error {
	if last := g.last.Load(); last != nil && time.Now().Before(last.until) {
		return gated{last.err}
	}
	return nil
}

// open notes that an attempt has succeeded.
func (g *gate) open() { g.last.Store(nil) }
