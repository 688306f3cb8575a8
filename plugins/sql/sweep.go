package sql

import (
	"context"
	stdsql "database/sql"
	"time"

	"go.uber.org/zap"
)

// sweeper deletes what has had its time: cache entries that expired, and logs
// older than the retention. It has one goroutine from startSweeper to stop.
type sweeper struct {
	cancel context.CancelFunc
	done   chan struct{}
}

const (
	// firstSweep is late enough to keep out of the way of a start.
	firstSweep = time.Minute
	sweepEvery = time.Hour
)

func startSweeper(pool *stdsql.DB, retention time.Duration, log *zap.Logger) *sweeper {
	ctx, cancel := context.WithCancel(context.Background())
	s := &sweeper{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		timer := time.NewTimer(firstSweep)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			if err := sweep(ctx, pool, retention); err != nil && ctx.Err() == nil {
				log.Warn("could not delete expired rows; trying again later", zap.Error(err))
			}
			timer.Reset(sweepEvery)
		}
	}()
	return s
}

func (s *sweeper) stop(ctx context.Context) error {
	s.cancel()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sweep deletes once. Several processes may do so at the same time.
func sweep(ctx context.Context, pool *stdsql.DB, retention time.Duration) error {
	if _, err := pool.ExecContext(ctx, `DELETE FROM public.cache WHERE expires_at <= now()`); err != nil {
		return explain("could not delete expired cache entries", err)
	}
	if retention < 0 {
		return nil
	}
	_, err := pool.ExecContext(ctx, `DELETE FROM public.logs WHERE created_at < $1`, time.Now().Add(-retention))
	return explain("could not delete old logs", err)
}
