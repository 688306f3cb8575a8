package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// recordSuccess records a run that changed something or saw a schema for the
// first time, and the hashes that the fast path compares.
func (r *run) recordSuccess(ctx context.Context, tx *sql.Tx, want catalog.Objects, past past) error {
	if _, err := tx.ExecContext(ctx, catalog.PinSearchPath); err != nil {
		return fmt.Errorf("migration: set search_path: %w", err)
	}
	if err := r.engine.history.ensure(ctx, tx, past.exists, past.complete); err != nil {
		return err
	}
	prints, err := catalog.Fingerprints(ctx, tx, r.desired.Scope())
	if err != nil {
		return err
	}
	for k := range r.planner.Online {
		// As long as something is left to do, the next run must compare.
		prints[k.Namespace] = ""
	}
	counts := make(map[string]int)
	for _, s := range r.plan.Statements {
		counts[s.Unit]++
	}
	var id int64
	if len(r.plan.Statements) > 0 || len(r.dataRun) > 0 || r.met(past) {
		outcome := "applied"
		if len(r.plan.Statements) == 0 && len(r.dataRun) == 0 {
			outcome = "unchanged"
		}
		if id, err = r.engine.history.writeRun(ctx, tx, record{
			started: r.started, outcome: outcome, hash: r.plan.Hash,
			plan: r.plan, versions: r.versions,
		}); err != nil {
			return err
		}
		if err := r.writeData(ctx, tx, id); err != nil {
			return err
		}
	}
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		if u.Model == nil {
			continue
		}
		hash := u.Hash(r.versions)
		if past.units[u.Plugin].hash != hash || counts[u.Plugin] > 0 {
			if err := r.engine.history.writeJournal(ctx, tx, id, u, hash, prints[u.Namespace], counts[u.Plugin]); err != nil {
				return err
			}
		}
		if err := r.engine.history.writeState(ctx, tx, u, hash, prints[u.Namespace], want); err != nil {
			return err
		}
	}
	return nil
}

// met reports whether a schema owner's schema is new to the history.
func (r *run) met(past past) bool {
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		if u.Model != nil && past.units[u.Plugin].hash != u.Hash(r.versions) {
			return true
		}
	}
	return false
}

// recordFailure records a failed run, in a separate transaction. It returns no
// error: the run's error is the relevant one.
func (r *run) recordFailure(ctx context.Context, cause error) {
	if r.options.DryRun || r.versions.Server == "" {
		return // nothing to record, or the server was not reached
	}
	if errors.Is(cause, errCommit) && lost(cause) {
		return // it may have succeeded
	}
	var unmet *unmetError
	if errors.As(cause, &unmet) || pgerr.Is(cause, pgerrcode.InsufficientPrivilege, pgerrcode.ReadOnlySQLTransaction) {
		return // a role that may not migrate may not write history either
	}
	// The run's context may be done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	exists, err := r.writeFailure(ctx, cause)
	switch {
	case err == nil:
	case exists:
		r.engine.log.Warn("could not record the failed migration", zap.Error(err))
	default: // what keeps the history from being created is most likely the cause
		r.engine.log.Debug("could not record the failed migration", zap.Error(err))
	}
}

// writeFailure also reports whether the history existed before.
func (r *run) writeFailure(ctx context.Context, cause error) (exists bool, err error) {
	tx, err := r.engine.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return r.past.exists, fmt.Errorf("migration: connect to the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	// Two concurrent failures must not both create the tables.
	r.deadline = time.Now().Add(5 * time.Second)
	if _, err := r.lock(ctx, tx); err != nil {
		return r.past.exists, err
	}
	exists, complete, err := r.engine.history.exists(ctx, tx)
	if err != nil {
		return r.past.exists, err
	}
	var refused *RefusedError
	wasRefused := errors.As(cause, &refused)
	if wasRefused && !exists && r.tried.Key == "" {
		return false, nil // the database may be another program's, and stays as it is
	}
	if err := r.engine.history.ensure(ctx, tx, exists, complete); err != nil {
		return exists, err
	}
	rec := record{
		started: r.started, outcome: "failed", hash: r.desired.Hash(r.versions), plan: r.plan,
		versions: r.versions, err: cause, tried: r.tried,
	}
	var again *triedError
	if errors.As(cause, &again) {
		rec.err = errors.New(again.text) // the same row
	}
	if wasRefused {
		rec.outcome = "refused"
	}
	if _, err := r.engine.history.writeRun(ctx, tx, rec); err != nil {
		return exists, err
	}
	if err := tx.Commit(); err != nil {
		return exists, fmt.Errorf("migration: commit: %w", err)
	}
	return exists, nil
}
