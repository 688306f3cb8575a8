package migration

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// lockKey is the advisory lock of all runs on one database: "elizago" in ASCII.
const lockKey int64 = 0x656c697a61676f

// settings hold for the transaction only. A statement_timeout of the role's
// would end the wait, or an index build, half way. search_path is pinned for
// what the catalog prints.
const settings = `set_config('search_path', '', true), set_config('statement_timeout', '0', true),
	set_config('idle_in_transaction_session_timeout', '0', true), set_config('lock_timeout', %s, true),
	CASE WHEN current_setting('server_version_num')::int >= 170000 THEN set_config('transaction_timeout', '0', true) ELSE '' END`

// lock acquires the advisory lock, which the end of the transaction releases.
// It must be the first statement of the transaction: a backend that did not
// find a table before the wait may not see it after.
//
// It also returns server_version_num.
func (r *run) lock(ctx context.Context, tx *sql.Tx) (version string, err error) {
	var got bool
	var ignore string
	left := max(time.Until(r.deadline), time.Millisecond)
	query := fmt.Sprintf("SELECT pg_try_advisory_xact_lock(%d), current_setting('server_version_num'), ", lockKey) +
		fmt.Sprintf(settings, catalog.Literal(fmt.Sprintf("%dms", left.Milliseconds())))
	if err := tx.QueryRowContext(ctx, query, catalog.OneRoundTrip).Scan(&got, &version, &ignore, &ignore, &ignore, &ignore, &ignore); err != nil {
		return "", fmt.Errorf("migration: take the lock: %w", err)
	}
	if got {
		return version, nil
	}
	return version, r.engine.wait(ctx, tx, left)
}

// meanings pins the settings that affect how PostgreSQL parses and prints
// expressions, so that the same schema has the same meaning in every session.
const meanings = `SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
SET LOCAL extra_float_digits = 1; SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on;
SET LOCAL transform_null_equals = off; SET LOCAL array_nulls = on; SET LOCAL bytea_output = 'hex';
SET CONSTRAINTS ALL IMMEDIATE;`

// prepare pins the meanings, and sets the timeouts of the following statements.
func (r *run) prepare(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, meanings+fmt.Sprintf(" SET LOCAL lock_timeout = '%dms'; SET LOCAL statement_timeout = '%dms'",
		r.engine.tableTimeout.Milliseconds(), r.engine.statementTimeout.Milliseconds()))
	if err != nil {
		return fmt.Errorf("migration: prepare the transaction: %w", err)
	}
	return nil
}

// wait waits for the lock, and logs its holder.
func (e *Engine) wait(ctx context.Context, tx *sql.Tx, timeout time.Duration) error {
	holder := e.holder(ctx, tx)
	e.log.Info("waiting for another process that is migrating: "+holder, zap.Duration("timeout", timeout))
	start := time.Now()
	_, err := tx.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", lockKey))
	if err == nil {
		e.log.Info("the other process is done", zap.Duration("waited", time.Since(start)))
		return nil
	}
	if pgerr.Is(err, pgerrcode.LockNotAvailable, pgerrcode.QueryCanceled) || ctx.Err() != nil {
		// The transaction is aborted; another process than at first may hold the
		// lock now.
		if h := e.holder(context.WithoutCancel(ctx), e.db); h != "" {
			holder = h
		}
		return &LockError{Holder: holder, Err: err}
	}
	return fmt.Errorf("migration: wait for the lock: %w", err)
}

// queryer is a transaction or the pool.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// holder describes the session that has the lock.
func (e *Engine) holder(ctx context.Context, q queryer) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var s session
	err := q.QueryRowContext(ctx, fmt.Sprintf(`
SELECT l.pid, `+sessionColumns+`
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
	AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
	AND l.classid = %d AND l.objid = %d
LIMIT 1`, uint32(lockKey>>32), uint32(lockKey&0xffffffff)), catalog.OneRoundTrip).Scan(s.into()...)
	if err != nil {
		return ""
	}
	return s.String()
}
