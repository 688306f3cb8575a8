package migration

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// apply executes the plan, proves that it has led where it should, and records
// it.
func (r *run) apply(ctx context.Context, tx *sql.Tx, want catalogue, past past) error {
	level := zap.DebugLevel
	if r.options.Verbose {
		level = zap.InfoLevel
	}
	for _, s := range r.plan.Statements {
		start := time.Now()
		if _, err := tx.ExecContext(ctx, s.SQL); err != nil {
			return fmt.Errorf("migration: %s for plugin %q: %w, in: %s", s.Comment, s.Unit, err, shortened(s.SQL))
		}
		r.engine.log.Log(level, "executed statement", zap.String("plugin", s.Unit),
			zap.String("sql", s.SQL), zap.Duration("duration", time.Since(start)))
	}
	if len(r.plan.Statements) > 0 {
		if err := r.verify(ctx, tx, want); err != nil {
			return err
		}
	}
	return r.recordSuccess(ctx, tx, want, past)
}

// verify compares once more. What it finds would be found on every start to
// come, so it is better found now, while all can be rolled back.
func (r *run) verify(ctx context.Context, tx *sql.Tx, want catalogue) error {
	namespaces, tables := r.desired.tables()
	have, err := readCatalogue(ctx, tx, namespaces, tables)
	if err != nil {
		return err
	}
	ours := make(owned, len(want))
	for k := range want {
		ours[k] = true
	}
	diffs, _ := compare(want, have, ours)
	if len(diffs) == 0 {
		return nil
	}
	d := diffs[0]
	return fmt.Errorf("migration: %s %s still differs (%s) after all statements, from %q to %q: this is a defect of elizago, please report it with the schema",
		d.key.Kind, d.key, d.aspect, d.have.Def, d.want.Def)
}
