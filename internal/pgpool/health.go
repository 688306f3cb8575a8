package pgpool

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/jackc/pgerrcode"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
)

// Repeat says when a call may be made again.
type Repeat int

const (
	// Unsent: if it has certainly not reached the server.
	Unsent Repeat = iota
	// Always: also if it was executed, perhaps, when the connection was lost.
	Always
)

// health is what the calls of a pool know of the server together: whether it
// can be reached, and the breaker. The policies are pgerr's.
//
// The retries are not failsafe-go's, as a call waits less for a time than for
// an event: the server is back, or a connection was returned.
//
//	a call fails ──> never sent, on a connection of the pool ──> again, at once
//	             ──> no connection left ──> again: the line is where it waits
//	             ──> not connected ──> again after a pause, or when probe succeeds
//	             ──> anything else: returned
type health struct {
	retry  pgerr.Retry
	policy pgerr.Breaker
	log    *zap.Logger
	ping   func(ctx context.Context) error
	forget func() // statements are prepared again
	reopen func() // attempts to connect are made again at once
	size   int

	breaker circuitbreaker.CircuitBreaker[any]
	// troubled is set while calls fail. While it is not, a call costs one load
	// of it.
	troubled atomic.Bool

	mu      sync.Mutex
	away    *outage // nil: the server can be reached, as far as is known
	cause   error
	ended   time.Time // of the last outage
	probing sync.WaitGroup
	ctx     context.Context //nolint:containedctx // that of the probe
	cancel  context.CancelFunc
}

// outage is a time in which the server cannot be reached.
type outage struct {
	since time.Time
	over  chan struct{} // closed when it can be reached again
}

func newHealth(cfg Config) *health {
	h := &health{retry: cfg.Retry, policy: cfg.Breaker, log: cfg.Logger, size: cfg.MaxConns}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.breaker = h.newBreaker(cfg.Breaker)
	return h
}

// stop ends the probe.
func (h *health) stop() {
	h.mu.Lock()
	h.cancel() // so that none begins after this
	h.mu.Unlock()
	h.probing.Wait()
}

// Do makes a call, and again while the server cannot be reached, as the policy
// says. It allocates nothing if the call succeeds.
func (db *DB) Do(ctx context.Context, repeat Repeat, call func() error) error {
	if err := db.Ready(ctx); err != nil {
		return err
	}
	return db.Again(ctx, repeat, call(), call)
}

// Ready returns an error if the breaker is open, so that no call is made. Each
// call that it admits must be passed to Again.
func (db *DB) Ready(ctx context.Context) error {
	if h := db.shared.health; h.troubled.Load() {
		return h.admit(ctx)
	}
	return nil
}

// Again makes a call again that has failed with err, as Do does, and returns
// nil for nil.
func (db *DB) Again(ctx context.Context, repeat Repeat, err error, call func() error) error {
	h := db.shared.health
	if err == nil {
		if h.troubled.Load() {
			h.succeeded()
		}
		return nil
	}
	return h.again(ctx, repeat, err, call)
}

// Pause waits before the retry of a transaction, as the policy says, and reports
// false if there is none. After a conflict the pause is short, and random, so
// that the two do not meet again.
func (db *DB) Pause(ctx context.Context, retry int, begin time.Time, conflict bool) bool {
	h := db.shared.health
	pause, ok := h.retry.Pause(retry, time.Since(begin))
	if conflict {
		pause = rand.N(min(time.Second, 10*time.Millisecond<<min(retry, 10))) //nolint:gosec // not a secret
	}
	return ok && wait(ctx, pause, h.over()) == nil
}

// ForgetPlans makes all connections prepare their statements again, as a table
// was changed since.
func (db *DB) ForgetPlans() { db.shared.limits.forget() }

func (h *health) again(ctx context.Context, repeat Repeat, err error, call func() error) error {
	begin, immediate, retry := time.Now(), 0, 0
	for {
		waits := false
		switch {
		case ctx.Err() != nil:
			h.failed(nil)
			return err
		case pgerr.PlanChanged(err) && immediate < h.size:
			immediate++
			h.forget()
		case pgerr.Full(err):
			if time.Since(begin) >= h.retry.ConnectionWait || waitedInLine(err) {
				if !othersAttempt(err) {
					h.succeeded() // it answers
				}
				return err
			}
		case !pgerr.ConnectionLost(err) || pgerr.TimeLimit(err):
			h.answered(err)
			return err
		case repeat == Unsent && !pgerr.NeverSent(err):
			h.failed(nil) // there was no retry, and the server may be fine
			return err
		case !notReached(err) && immediate < h.size:
			immediate++ // a connection of the pool that was dead
		case othersAttempt(err) && h.over() == nil && time.Since(begin) < h.retry.Span:
			if wait(ctx, othersAttemptPause, nil) != nil {
				h.failed(nil)
				return err
			}
		default:
			waits = true
		}
		if waits {
			over := h.begin(err)
			retry++
			pause, ok := h.retry.Pause(retry, time.Since(begin))
			if !ok || wait(ctx, pause, over) != nil {
				h.failed(err)
				return err
			}
		}
		if err = call(); err == nil {
			h.succeeded()
			return nil
		}
	}
}

// notReached reports that no connection could be established.
func notReached(err error) bool {
	return pgerr.NotConnected(err) || pgerr.Is(err, pgerrcode.CannotConnectNow)
}

// wait returns when the time has passed, or earlier when over is closed. It
// returns the error of ctx.
func wait(ctx context.Context, pause time.Duration, over <-chan struct{}) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-over:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
