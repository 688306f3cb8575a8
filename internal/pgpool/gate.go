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
// so that after a failure they are made one at a time, with pauses that grow,
// until one succeeds. The zero value is open.
type gate struct{ last atomic.Pointer[refusal] }

// refusal is an attempt that failed.
type refusal struct {
	err error
	// until is when the next attempt is made. Of one that is being made, it is
	// when it must have ended.
	until  time.Time
	trying bool
	pause  time.Duration
}

// gated is the error of an attempt, for a caller who made none.
type gated struct{ error }

func (g gated) Unwrap() error { return g.error }

// othersAttempt reports that a call failed since another one attempts to connect,
// or will soon.
func othersAttempt(err error) bool {
	var g gated
	return errors.As(err, &g)
}

// othersAttemptPause is how often a call looks whether that one has succeeded.
const othersAttemptPause = 20 * time.Millisecond

const (
	firstGatePause   = 50 * time.Millisecond
	longestGatePause = 800 * time.Millisecond
	// longestAttempt is how long others wait for an attempt: of one whose caller
	// has gone, nothing is heard.
	longestAttempt = time.Second
)

// refused notes that an attempt to connect has failed. Of attempts that began
// before the first failure, that one counts.
func (g *gate) refused(err error) {
	if othersAttempt(err) || !notReached(err) && !pgerr.Full(err) {
		return
	}
	last, pause := g.last.Load(), firstGatePause
	if last != nil {
		if !last.trying && time.Now().Before(last.until) {
			return
		}
		pause = min(2*last.pause, longestGatePause)
	}
	until := time.Now().Add(pause/2 + rand.N(pause)) //nolint:gosec // not a secret
	g.last.CompareAndSwap(last, &refusal{err: err, until: until, pause: pause})
}

// pass returns the error of the last attempt, unless the caller is to make the
// next one, which takes timeout at most.
func (g *gate) pass(timeout time.Duration) error {
	last := g.last.Load()
	if last == nil {
		return nil
	}
	now := time.Now()
	next := &refusal{err: last.err, until: now.Add(timeout), trying: true, pause: last.pause}
	if now.Before(last.until) || !g.last.CompareAndSwap(last, next) {
		return gated{last.err}
	}
	return nil
}

// due reports whether the next attempt may be made.
func (g *gate) due() bool {
	last := g.last.Load()
	return last == nil || !time.Now().Before(last.until)
}

// again lets an attempt be made at once.
func (g *gate) again() {
	if last := g.last.Load(); last != nil {
		g.last.CompareAndSwap(last, &refusal{err: last.err, pause: firstGatePause})
	}
}

// open notes that an attempt has succeeded.
func (g *gate) open() { g.last.Store(nil) }
