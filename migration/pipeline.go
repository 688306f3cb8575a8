package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// makePlan compares the database with the desired state, and plans the changes.
// It returns the desired state in PostgreSQL's print. It changes nothing except
// for creating extensions, which the desired state needs.
func (r *run) makePlan(ctx context.Context, tx *sql.Tx, past past) (catalog.Objects, error) {
	d := r.desired
	s, err := inspectServer(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	r.role = s.role
	if err := s.require(d); err != nil {
		return nil, err
	}
	created, err := s.ensureExtensions(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	want, err := normalize(ctx, tx, d, s)
	if err != nil {
		return nil, err
	}
	ours := catalog.Owned{}
	if past.exists {
		if ours, err = readOwned(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	scope := d.Scope()
	scope.AddOwned(ours)
	have, err := catalog.Read(ctx, tx, scope)
	if err != nil {
		return nil, err
	}
	r.plan = &plan.Plan{Hash: d.Hash(r.versions), Statements: []plan.Statement{}, Changes: []plan.Change{}}
	for _, x := range created {
		r.steps = append(r.steps, planner.Step{Statement: x.statement()})
		r.plan.Changes = append(r.plan.Changes, x.change())
	}
	renamings := planner.FindRenamings(d, have, ours)
	for _, renaming := range renamings {
		ours = renaming.Owned(ours)
		r.plan.Changes = append(r.plan.Changes, renaming.Change())
	}
	d.AddStorages(ours)
	err = planner.UnderNewNames(ctx, tx, renamings, func() error {
		if len(renamings) > 0 {
			if have, err = catalog.Read(ctx, tx, scope); err != nil {
				return err
			}
		}
		r.planner = planner.New(planner.Config{
			Tx: tx, Desired: d, Have: have, Want: want, Owned: ours,
			Force: r.options.Force, LargeTable: r.engine.largeTable, DataAfter: r.dataAfter(),
		})
		diffs, unmanaged := catalog.Compare(want, have, ours, r.options.Force)
		for _, k := range unmanaged {
			r.plan.Unmanaged = append(r.plan.Unmanaged, string(k.Kind)+" "+k.String())
		}
		return r.planChanges(ctx, s, diffs, renamings)
	})
	if err != nil {
		return nil, err
	}
	return want, nil
}

// planChanges classifies the differences, applies the policy to each, and plans
// the statements of those that are allowed.
func (r *run) planChanges(ctx context.Context, s *server, diffs []catalog.Difference, renamings []planner.Renaming) error {
	var accepted []planner.Change
	refused := make(map[catalog.Key]bool)
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		if u.Model == nil {
			continue
		}
		if _, ok := s.namespaces[u.Namespace]; !ok {
			c := plan.Change{Unit: u.Plugin, Kind: plan.AddNamespace, Class: plan.Safe, Object: u.Namespace}
			r.plan.Changes, accepted = append(r.plan.Changes, c), append(accepted, planner.Change{Change: c})
		}
		for _, diff := range diffs {
			if diff.Key.Namespace != u.Namespace {
				continue
			}
			c, err := r.planner.Classify(ctx, u.Plugin, diff)
			if err != nil {
				return err
			}
			if hint := planner.Hint(c, diffs); hint != "" {
				c.Hint = hint
			}
			c.Refused = planner.Refuses(c, r.options.Force)
			if fixer := r.mayFix(u, c.Change); fixer != "" {
				c.Refused = false
				c.Hint = fmt.Sprintf("data migration %q runs first, and may fix the rows", fixer)
			}
			if c.Refused {
				refused[diff.Key] = true
			} else {
				accepted = append(accepted, c)
			}
			r.plan.Changes = append(r.plan.Changes, c.Change)
		}
	}
	// An object with a refused change is not changed at all.
	accepted = slices.DeleteFunc(accepted, func(c planner.Change) bool { return refused[c.Difference.Key] })
	steps, err := r.planner.Plan(ctx, renamings, accepted)
	if err != nil {
		return err
	}
	for i := range steps {
		if u := r.desired.Owner(steps[i].Key.Namespace); u != nil {
			steps[i].SearchPath = r.desired.SearchPath(u, s.extensions)
		}
	}
	r.steps = append(r.steps, steps...)
	for _, s := range r.steps {
		r.plan.Statements = append(r.plan.Statements, s.Statement)
	}
	return nil
}

// mayFix is the data migration that would run before the schema changes, where
// the run is only tried, so that the rows it leaves are unknown. "" otherwise.
func (r *run) mayFix(u *desired.Unit, c plan.Change) string {
	if !r.options.DryRun || !c.Refused || c.Class != plan.DataDependent {
		return ""
	}
	for _, d := range r.dataRun {
		if d.plugin == u.Plugin && !d.skipped {
			return d.name
		}
	}
	return ""
}
