package sql

import (
	"context"
	stdsql "database/sql"
	"time"

	"go.uber.org/zap"
)

const (
	// firstSweep is late enough to keep out of the way of a start.
	firstSweep = time.Minute
	sweepEvery = time.Hour
)

// sweepAgainAndAgain deletes what has had its time: cache entries that expired,
// and logs older than the retention.
func sweepAgainAndAgain(ctx context.Context, pool *stdsql.DB, retention time.Duration, log *zap.Logger) {
	for wait := firstSweep; pause(ctx, wait); wait = sweepEvery {
		if err := sweep(ctx, pool, retention); err != nil && ctx.Err() == nil {
			log.Warn("could not delete expired rows; trying again later", zap.Error(err))
		}
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
