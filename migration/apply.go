package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// apply executes the plan, verifies the result, and records it.
func (r *run) apply(ctx context.Context, tx *sql.Tx, want catalog.Objects, past past) error {
	level := zap.DebugLevel
	if r.options.Verbose {
		level = zap.InfoLevel
	}
	path := ""
	for _, s := range r.steps {
		if !s.Transactional || s.Done {
			continue
		}
		if s.SearchPath != "" && s.SearchPath != path {
			path = s.SearchPath
			if _, err := tx.ExecContext(ctx, "SET LOCAL search_path = "+path); err != nil {
				return fmt.Errorf("migration: set search_path: %w", err)
			}
		}
		start := time.Now()
		if _, err := tx.ExecContext(ctx, s.SQL); err != nil {
			return statementError(s, err)
		}
		r.engine.log.Log(level, "executed statement", zap.String("plugin", s.Unit),
			zap.String("sql", s.SQL), zap.Duration("duration", time.Since(start)))
		if err := r.recount(ctx, s); err != nil {
			return err
		}
	}
	if err := r.runData(ctx, tx, core.AfterSchema); err != nil {
		return err
	}
	if len(r.plan.Statements) > 0 || len(r.dataRun) > 0 {
		if err := r.verify(ctx, tx, want); err != nil {
			return err
		}
	}
	return r.recordSuccess(ctx, tx, want, past)
}

// statementError returns an error with the failed statement.
func statementError(s planner.Step, err error) error {
	err = fmt.Errorf("migration: %s for plugin %q: %w%s, in: %s", s.Comment, s.Unit, err, detail(err), catalog.Shortened(s.SQL))
	if text := s.RealNames(err.Error()); text != err.Error() {
		return &wordedError{text: text, err: err}
	}
	return err
}

// recount classifies changes again that were allowed because they affected no
// row, now that the table is locked.
func (r *run) recount(ctx context.Context, s planner.Step) error {
	var refused []plan.Change
	for _, c := range s.Recount {
		again, err := r.planner.Classify(ctx, c.Unit, c.Difference)
		if err != nil {
			return err
		}
		if again.Refused = planner.Refuses(again, r.options.Force); again.Refused {
			refused = append(refused, again.Change)
		}
	}
	if len(refused) > 0 {
		return &RefusedError{Changes: refused, program: r.engine.program}
	}
	return nil
}

// verify compares once more. A remaining difference would be found on every
// later start; here everything can still be rolled back.
func (r *run) verify(ctx context.Context, tx *sql.Tx, want catalog.Objects) error {
	have, err := catalog.Read(ctx, tx, r.desired.Scope())
	if err != nil {
		return err
	}
	ours := make(catalog.Owned, len(want))
	for k := range want {
		ours[k] = true
	}
	r.desired.AddStorages(ours)
	diffs, _ := catalog.Compare(want, have, ours)
	for _, d := range diffs {
		if r.planner.Online[d.Key] {
			continue // done after the transaction
		}
		err := fmt.Errorf("migration: %s %s still differs (%s) after all statements, from %q to %q", d.Key.Kind, d.Key, d.Aspect, d.Have.Def, d.Want.Def)
		triggers, e := eventTriggers(ctx, tx)
		switch {
		case e != nil:
			return errors.Join(err, e)
		case triggers != "":
			return fmt.Errorf("%w: the event triggers of the database (%s) may have changed it: disable them for the migration, and start again", err, triggers)
		default:
			return fmt.Errorf("%w: this is a defect of elizago, please report it with the schema", err)
		}
	}
	return nil
}
