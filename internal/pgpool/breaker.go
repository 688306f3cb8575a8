package pgpool

import (
	"context"
	"fmt"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
)

// OpenError is returned for a call that was not made, as too many before it
// have failed: the breaker is open.
type OpenError struct {
	// Until is when calls are made again. It is earlier if the server answers.
	Until time.Time
	// Failures is the number of failed calls after which the breaker opens.
	Failures int
}

func (e *OpenError) Error() string {
	return fmt.Sprintf("pgpool: no call is made until %s, as %d have failed in succession; it is earlier if the server answers", e.Until.Format(time.TimeOnly), e.Failures)
}

// newBreaker returns the breaker of a pool. failsafe-go's is asked only while
// calls fail: it has a lock.
func (h *health) newBreaker(policy pgerr.Breaker) circuitbreaker.CircuitBreaker[any] {
	failures, halfOpen := uint(max(policy.Failures, 1)), uint(max(policy.HalfOpen, 1)) //nolint:gosec // positive
	return circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(failures).
		WithSuccessThresholdRatio(1, halfOpen).
		WithDelay(policy.OpenFor).
		OnStateChanged(func(change circuitbreaker.StateChangedEvent) {
			switch change.NewState {
			case circuitbreaker.OpenState:
				h.log.Warn("the database stays away: calls fail at once for a while", zap.Duration("open_for", policy.OpenFor))
			default:
				h.log.Info("calls of the database", zap.Stringer("breaker", change.NewState))
			}
		}).
		Build()
}

// halfOpenPoll is how often a call looks whether the calls that were let through
// the half-open breaker have succeeded.
const halfOpenPoll = 20 * time.Millisecond

// admit returns an error if the breaker is open. While others find out whether
// the server is back, a call waits for them, for as long as for a connection.
func (h *health) admit(ctx context.Context) error {
	for begin := time.Now(); !h.breaker.TryAcquirePermit(); {
		if !h.breaker.IsHalfOpen() || time.Since(begin) > h.retry.ConnectionWait {
			return &OpenError{Until: time.Now().Add(h.breaker.RemainingDelay()), Failures: h.policy.Failures}
		}
		if err := wait(ctx, halfOpenPoll, nil); err != nil {
			return err
		}
	}
	return nil
}
