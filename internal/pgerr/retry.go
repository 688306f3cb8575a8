package pgerr

import (
	"cmp"
	"math/rand/v2"
	"time"
)

// Retry is the policy for calls that did not reach the server. Zero values are
// the defaults.
type Retry struct {
	// Retries is the number of repetitions after a pause. Defaults to 3. There
	// are more until Span has passed.
	Retries int
	// BaseDelay is the first pause; each one is twice as long as the one
	// before. Defaults to one second.
	BaseDelay time.Duration
	// MaxDelay is the longest pause. Defaults to ten seconds.
	MaxDelay time.Duration
	// Jitter is the largest random time that is added to a pause. Defaults to
	// one second.
	Jitter time.Duration
	// Span is the time before which no call gives up: a server may be back by
	// then. Defaults to ten seconds.
	Span time.Duration
	// ConnectionWait is how long a call waits for a connection of the process
	// if all are in use and no more can be had. Defaults to five seconds.
	ConnectionWait time.Duration
}

// WithDefaults returns the policy with its defaults filled in.
func (r Retry) WithDefaults() Retry {
	r.Retries = cmp.Or(r.Retries, 3)
	r.BaseDelay = cmp.Or(r.BaseDelay, time.Second)
	r.MaxDelay = cmp.Or(r.MaxDelay, 10*time.Second)
	r.Jitter = cmp.Or(r.Jitter, time.Second)
	r.Span = cmp.Or(r.Span, 10*time.Second)
	r.ConnectionWait = cmp.Or(r.ConnectionWait, 5*time.Second)
	return r
}

// Pause returns the pause before a retry, which are counted from 1, and false
// if the call has failed for good. The last retry is made when Span has passed,
// or later.
func (r Retry) Pause(retry int, elapsed time.Duration) (time.Duration, bool) {
	if retry > r.Retries && elapsed >= r.Span {
		return 0, false
	}
	pause := r.MaxDelay
	if doublings := retry - 1; doublings < 30 {
		pause = min(r.BaseDelay<<doublings, r.MaxDelay)
	}
	if r.Jitter > 0 {
		pause += rand.N(r.Jitter) //nolint:gosec // not a secret
	}
	if rest := r.Span - elapsed; retry > r.Retries && pause > rest {
		pause = rest
	}
	return pause, true
}

// Breaker is the policy for a server that stays away: after some failed calls,
// the following fail at once. Zero values are the defaults.
type Breaker struct {
	// Failures is the number of calls that fail in succession, after their
	// retries, before the breaker opens. Defaults to 5.
	Failures int
	// OpenFor is how long it stays open, unless the server answers a ping
	// earlier. Defaults to one minute.
	OpenFor time.Duration
	// HalfOpen is the number of calls that are let through after that, to see
	// whether they succeed. Defaults to 3.
	HalfOpen int
}

// WithDefaults returns the policy with its defaults filled in.
func (b Breaker) WithDefaults() Breaker {
	b.Failures = cmp.Or(b.Failures, 5)
	b.OpenFor = cmp.Or(b.OpenFor, time.Minute)
	b.HalfOpen = cmp.Or(b.HalfOpen, 3)
	return b
}
