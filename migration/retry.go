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

// retry calls f again when the database was too busy, until the run's deadline.
// A transaction that cannot have its lock soon gives all of its locks back, so
// that those who queue behind it get on.
func (r *run) retry(ctx context.Context, f func() error) error {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		err := f()
		if !busy(err) || !time.Now().Before(r.deadline) {
			return err
		}
		r.engine.log.Info("the database is busy, trying again", zap.Error(err), zap.Duration("pause", pause))
		// Processes that start together should not meet again.
		if sleep(ctx, pause/2+rand.N(pause)) != nil { //nolint:gosec // no secret
			return err
		}
	}
}

// busy reports whether an error comes from others who use the tables.
func busy(err error) bool {
	var lock *LockError
	if errors.As(err, &lock) {
		return false // It has waited for as long as it may.
	}
	return pgerr.Is(err, pgerrcode.LockNotAvailable, pgerrcode.DeadlockDetected, pgerrcode.QueryCanceled)
}

// sleep waits, unless the context ends first.
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
