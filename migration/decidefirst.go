package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// certain returns the refused changes that no data migration can make possible, as
// they do not depend on rows.
func certain(changes []planner.Change) []plan.Change {
	var out []plan.Change
	for _, c := range changes {
		if c.Refused && c.Certain() {
			out = append(out, c.Change)
		}
	}
	return out
}

// decideFirst plans the changes before any data migration runs, if one would, and
// returns an error if they are refused whatever it does: its work would be rolled
// back, at every start, and leave dead rows.
func (r *run) decideFirst(ctx context.Context, tx *sql.Tx, past past) error {
	if !r.pendingData(past) {
		return nil
	}
	if err := r.findNewcomers(ctx, tx); err != nil {
		return err
	}
	if r.planOnly || !slices.ContainsFunc(r.desired.Units, func(u desired.Unit) bool { return r.pendingBefore(&u, past) }) {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT elizago_first"); err != nil {
		return fmt.Errorf("migration: plan before the data migrations: %w", err)
	}
	if _, err := r.makePlan(ctx, tx, past); err != nil {
		return err
	}
	if refused := append(slices.Clone(r.beside), certain(r.classified)...); len(refused) > 0 {
		return &RefusedError{Changes: refused, program: r.engine.program}
	}
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_first; RELEASE SAVEPOINT elizago_first"); err != nil {
		return fmt.Errorf("migration: plan before the data migrations: %w", err)
	}
	r.plan, r.steps, r.planner, r.diffs, r.classified = nil, nil, nil, nil, nil
	return nil
}
