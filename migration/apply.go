package migration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
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
	if err := r.execute(ctx, tx, level); err != nil {
		return err
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

// execute executes the statements, those of tables that are new together: they
// neither wait for others nor take long.
func (r *run) execute(ctx context.Context, tx *sql.Tx, level zapcore.Level) error {
	added := make(map[catalog.Key]bool)
	for _, d := range r.diffs {
		added[d.Key] = d.Key.Kind == catalog.Table && d.Aspect == catalog.Added
	}
	path := ""
	var waiting []planner.Step
	for _, s := range r.steps {
		if !s.Transactional || s.Done {
			continue
		}
		alone := !added[s.Key.TableKey()] || len(s.Recount) > 0 || strings.Contains(s.SQL, ";")
		moved := s.SearchPath != "" && s.SearchPath != path
		if alone || moved {
			if err := r.executeTogether(ctx, waiting, level); err != nil {
				return err
			}
			waiting = nil
		}
		if moved {
			path = s.SearchPath
			if _, err := tx.ExecContext(ctx, "SET LOCAL search_path = "+path); err != nil {
				return fmt.Errorf("migration: set search_path: %w", err)
			}
		}
		if !alone {
			waiting = append(waiting, s)
			continue
		}
		start := time.Now()
		if _, err := tx.ExecContext(ctx, s.SQL); err != nil {
			return statementError(s, err)
		}
		r.executed(s, level, zap.Duration("duration", time.Since(start)))
		if err := r.recount(ctx, s); err != nil {
			return err
		}
	}
	return r.executeTogether(ctx, waiting, level)
}

func (r *run) executeTogether(ctx context.Context, steps []planner.Step, level zapcore.Level) error {
	statements := make([]string, len(steps))
	for i, s := range steps {
		statements[i] = s.SQL
	}
	start := time.Now()
	results, err := together(ctx, r.conn, statements)
	if err != nil {
		return statementError(steps[min(len(results), len(steps)-1)], err)
	}
	took := time.Since(start)
	for _, s := range steps {
		r.executed(s, level, zap.Int("together", len(steps)), zap.Duration("duration", took))
	}
	return nil
}

// executed logs a statement.
func (r *run) executed(s planner.Step, level zapcore.Level, how ...zap.Field) {
	r.engine.log.Log(level, "executed statement", append([]zap.Field{zap.String("plugin", s.Unit), zap.String("sql", s.SQL)}, how...)...)
}

// statementError returns an error with the failed statement.
func statementError(s planner.Step, err error) error {
	err = fmt.Errorf("migration: %s for plugin %q: %w%s, in: %s", s.Comment, s.Unit, err, detail(err), catalog.Shortened(s.SQL))
	if s.ByHand && pgerr.Code(err) != "" {
		err = fmt.Errorf("%w: no schema declares it, and it does not fit what is changed below it: drop it, start again, and create it again as it fits", err)
	}
	if strings.HasPrefix(pgerr.Code(err), "23") {
		err = fmt.Errorf("%w: rows of the table stand against it: fix them, by hand or with a core.DataMigration before the schema, and start again", err)
	}
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
		case r.ranData:
			return fmt.Errorf("%w: the data migrations that ran may have changed it: let them change rows, and leave the tables to the schema", err)
		default:
			return fmt.Errorf("%w: another session may have changed it meanwhile, so start again; if it comes back, this is a defect of elizago, please report it with the schema", err)
		}
	}
	return nil
}
