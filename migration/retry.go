package migration

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgerrcode"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
)

// retry calls f again if the database was too busy, until the run's deadline. A
// transaction that cannot get a lock soon releases all of its locks, so that
// the sessions queued behind it proceed.
func (r *run) retry(ctx context.Context, f func() error) error {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		err := f()
		if !busy(err) || !time.Now().Before(r.deadline) {
			return err
		}
		r.engine.log.Info("the database is busy, trying again", zap.Error(err), zap.Duration("pause", pause))
		// Processes that start together should not collide again.
		if sleep(ctx, pause/2+rand.N(pause)) != nil { //nolint:gosec // not a secret
			return err
		}
	}
}

// busy reports whether an error comes from others who use the tables.
func busy(err error) bool {
	var lock *LockError
	if errors.As(err, &lock) {
		return false // it has waited for its full timeout
	}
	return pgerr.Is(err, pgerrcode.LockNotAvailable, pgerrcode.DeadlockDetected, pgerrcode.QueryCanceled)
}

// sleep waits until the duration has passed or the context is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
