package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/planner"
)

// onlineKey is the advisory lock of index builds and constraint validations
// after the transaction.
const onlineKey = lockKey + 1

// followUp executes the statements after the transaction, each on its own,
// without blocking reads and writes. It needs no record of the rest: the next
// comparison finds it, also after a crash.
//
// It reports whether all was done: false if another process does it for longer than
// the run may wait.
func (r *run) followUp(ctx context.Context, steps []planner.Step) (bool, error) {
	guard, err := r.lockOnline(ctx)
	if err != nil || guard == nil {
		return false, err
	}
	defer guard()
	for _, s := range steps {
		if err := r.followOne(ctx, s); err != nil {
			return false, err
		}
	}
	return true, nil
}

// lockOnline acquires the lock and returns a function that releases it, nil if
// another process has it for longer than the run may wait. It polls instead of
// waiting in the server: a waiting session holds a snapshot, which the other's
// build would wait for, and a connection, which the other may need.
//
// The transaction that holds the lock does nothing else. A pool of one
// connection, this program's or a pooler's, has none left for it; buildIndex then
// relies on the state of the index.
func (r *run) lockOnline(ctx context.Context) (func(), error) {
	for told := false; ; told = true {
		tx, got, err := r.tryOnline(ctx)
		if err != nil {
			return nil, fmt.Errorf("migration: take the lock for building indexes: %w", err)
		}
		if got && r.anotherConnection(ctx) {
			return func() { _ = tx.Rollback() }, nil
		}
		if got {
			r.engine.log.Info("the pool, or the pooler, gives one connection: building without the lock that keeps other processes from it")
			return func() {}, tx.Rollback()
		}
		if !told {
			r.engine.log.Info("waiting for another process that is building indexes")
		}
		if !time.Now().Before(r.deadline) {
			return nil, nil
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return nil, fmt.Errorf("migration: wait for the process that builds indexes: %w", err)
		}
	}
}

// anotherConnection reports whether the pool gives a second connection, and a pooler
// behind it a second one of the server, while the first one is held.
func (r *run) anotherConnection(ctx context.Context) bool {
	if r.engine.db.Stats().MaxOpenConnections == 1 {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, min(r.engine.lockTimeout, lookTimeout))
	defer cancel()
	conn, err := r.engine.db.Conn(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	return conn.PingContext(ctx) == nil
}

func (r *run) tryOnline(ctx context.Context) (*sql.Tx, bool, error) {
	tx, err := r.engine.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, false, err
	}
	var got bool
	var ignore string
	query := fmt.Sprintf("SELECT pg_try_advisory_xact_lock(%d), ", onlineKey) + fmt.Sprintf(settings, "'0'")
	// By the simple protocol: the extended one leaves a portal open, with a
	// snapshot, which this transaction must not have.
	err = tx.QueryRowContext(ctx, query, pgx.QueryExecModeSimpleProtocol).Scan(&got, &ignore, &ignore, &ignore, &ignore, &ignore)
	if err != nil || !got {
		_ = tx.Rollback()
		return nil, false, err
	}
	return tx, true, nil
}

// followOne executes a statement unless another process has done so since the
// comparison.
func (r *run) followOne(ctx context.Context, s planner.Step) error {
	start := time.Now()
	var err error
	if s.Key.Kind == catalog.Index {
		err = r.buildIndex(ctx, s)
	} else {
		err = r.validateConstraint(ctx, s)
	}
	if err != nil {
		return statementError(s, err)
	}
	r.engine.log.Info(s.Comment, zap.String("plugin", s.Unit), zap.String("sql", s.SQL), zap.Duration("duration", time.Since(start)))
	return nil
}

// indexState returns whether an index is complete, and whether the server is still
// building it; no row if there is none.
const indexState = `SELECT i.indisvalid AND i.indisready, EXISTS (
		SELECT 1 FROM pg_catalog.pg_stat_progress_create_index p
		WHERE p.relid = i.indrelid AND p.datname = current_database())
	FROM pg_catalog.pg_index i
	JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND c.relname = $2`

// buildIndex builds an index and leaves a valid one or none. What a broken-off
// build has left is dropped first, unless the server is still at it: a client
// that is killed does not end its statement. An index that another process
// has completed meanwhile is as good.
func (r *run) buildIndex(ctx context.Context, s planner.Step) error {
	var failed error
	for told := false; ; {
		var valid, building bool
		err := r.engine.db.QueryRowContext(ctx, indexState, catalog.OneRoundTrip, s.Key.Namespace, s.Key.Name).Scan(&valid, &building)
		switch {
		case errors.Is(err, sql.ErrNoRows) && failed != nil:
			return failed
		case errors.Is(err, sql.ErrNoRows):
			if failed = r.limited(ctx, s.SQL, r.engine.lockTimeout); failed == nil {
				return nil
			}
			if ctx.Err() != nil || pgerr.Is(failed, pgerrcode.LockNotAvailable) {
				return r.giveUp(ctx, s, failed)
			}
		case err != nil:
			return errors.Join(failed, err)
		case valid:
			return nil
		case building:
			if !told {
				r.engine.log.Info("waiting for the server, which is still building the index", zap.String("index", s.Key.String()))
				told = true
			}
			if err := sleep(ctx, 100*time.Millisecond); err != nil {
				return err
			}
		default:
			if err := r.limited(ctx, dropInvalid(s), r.engine.lockTimeout); err != nil {
				return errors.Join(failed, err)
			}
		}
	}
}

// giveUp drops the invalid index of a build that has waited too long, or whose
// context is done. Where that has to wait for the same session, the next run does
// it.
func (r *run) giveUp(ctx context.Context, s planner.Step, err error) error {
	cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var valid, building bool
	e := r.engine.db.QueryRowContext(cleanup, indexState, catalog.OneRoundTrip, s.Key.Namespace, s.Key.Name).Scan(&valid, &building)
	if e == nil && !valid && !building {
		e = r.limited(cleanup, dropInvalid(s), r.engine.tableTimeout)
	}
	if e != nil && !errors.Is(e, sql.ErrNoRows) {
		r.engine.log.Warn("could not drop an index that was not completed; the next start does it",
			zap.String("index", s.Key.String()), zap.Error(e))
	}
	return err
}

func dropInvalid(s planner.Step) string {
	return "DROP INDEX CONCURRENTLY IF EXISTS " + catalog.Relation(s.Key.Namespace, s.Key.Name)
}

// limited executes a statement that cannot be part of a transaction. It may take
// any time, but wait for each other session no longer than the limit, and its error
// then names that session. A statement_timeout of the role or the database would
// abort every build of a large index, at every start, so it is disabled on the
// connection meanwhile.
//
// A pooler may send these settings and the statement to different connections of
// the server, where they would stay. Behind one only timeouts of the role are
// disabled, and there is no limit.
func (r *run) limited(ctx context.Context, statement string, limit time.Duration) error {
	conn, err := r.engine.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	var pid uint32
	var timeouts bool
	err = conn.QueryRowContext(ctx, "SELECT pg_backend_pid(), current_setting('statement_timeout') <> '0' OR current_setting('lock_timeout') <> '0' OR coalesce(current_setting('transaction_timeout', true), '0') <> '0'",
		pgx.QueryExecModeSimpleProtocol).Scan(&pid, &timeouts)
	if err != nil {
		return err
	}
	pooled := true
	err = conn.Raw(func(c any) error {
		if direct, ok := c.(*stdlib.Conn); ok {
			pooled = direct.Conn().PgConn().PID() != pid
		}
		return nil
	})
	if err != nil {
		return err
	}
	if pooled {
		limit = 0
	}
	if timeouts || !pooled {
		set := fmt.Sprintf("SET statement_timeout = 0; SET lock_timeout = '%dms'", limit.Milliseconds())
		reset := "RESET statement_timeout; RESET lock_timeout"
		if r.versions.AtLeast(170000) {
			set, reset = set+"; SET transaction_timeout = 0", reset+"; RESET transaction_timeout"
		}
		if _, err := conn.ExecContext(ctx, set); err != nil {
			return err
		}
		defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), reset) }()
	}
	blocker := r.engine.watchPID(ctx, int(pid))
	_, err = conn.ExecContext(ctx, statement)
	return blocker.stop(err)
}

// validateConstraint takes no lock that blocks writes, and does not wait long
// for one.
func (r *run) validateConstraint(ctx context.Context, s planner.Step) error {
	return r.retry(ctx, func() error {
		tx, err := r.engine.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		timeout := fmt.Sprintf("%dms", r.engine.tableTimeout.Milliseconds())
		if _, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = "+catalog.Literal(timeout)); err != nil {
			return err
		}
		blocker, err := r.engine.watch(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, s.SQL)
		if err = blocker.stop(err); err != nil {
			return err
		}
		return tx.Commit()
	})
}
