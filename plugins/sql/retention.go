package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

const (
	// firstRetention is late enough not to slow down a start.
	firstRetention = time.Minute
	retentionEvery = time.Hour
)

// eventRetention is how long events of runs are kept, for those who come back to
// read the rest of an answer.
const eventRetention = 24 * time.Hour

// runRetention deletes expired cache entries, events of runs, and logs and runs
// older than the retention, until the context ends.
func runRetention(ctx context.Context, pool *stdsql.DB, retention time.Duration, log *zap.Logger) {
	for wait := firstRetention; background.Sleep(ctx, wait); wait = retentionEvery {
		if err := deleteExpired(ctx, pool, retention); err != nil && ctx.Err() == nil && !errors.Is(err, core.ErrUnavailable) {
			log.Warn("could not delete expired rows; trying again later", zap.Error(err))
		}
	}
}

// deleteExpired deletes once. Several processes may do so at the same time.
func deleteExpired(ctx context.Context, pool *stdsql.DB, retention time.Duration) error {
	if err := deleteExpiredFrom(ctx, pool, "cache", "expires_at <= $1", time.Now()); err != nil {
		return pgtx.Explain("could not delete expired cache entries", err)
	}
	// The request to cancel a run is deleted with it.
	if err := deleteExpiredFrom(ctx, pool, "agent_run_events", "created_at < $1 AND seq > 0", time.Now().Add(-eventRetention)); err != nil {
		return pgtx.Explain("could not delete old events of runs", err)
	}
	if retention < 0 {
		return nil
	}
	before := time.Now().Add(-retention)
	if err := deleteExpiredFrom(ctx, pool, "agent_runs", "created_at < $1 AND ended_at < $1", before); err != nil {
		return pgtx.Explain("could not delete old runs", err)
	}
	return pgtx.Explain("could not delete old logs", deleteExpiredFrom(ctx, pool, "logs", "created_at < $1", before))
}

// retentionBatch is the number of rows that one statement deletes. After a year
// without a run, a single statement would hold its locks, and the connection,
// for minutes.
const retentionBatch = 5000

// deleteExpiredFrom deletes expired rows in batches. A row that was changed in
// between is evaluated again by the next statement.
func deleteExpiredFrom(ctx context.Context, pool *stdsql.DB, table, over string, at time.Time) error {
	statement := fmt.Sprintf(`DELETE FROM public.%[1]s
		WHERE ctid = ANY(ARRAY(SELECT ctid FROM public.%[1]s WHERE %[2]s LIMIT %[3]d)) AND %[2]s`, table, over, retentionBatch)
	for {
		done, err := pool.ExecContext(ctx, statement, at)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil || n < retentionBatch {
			return err
		}
	}
}
