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
	want, err := normalize(ctx, tx, r.conn, d, s)
	if err != nil {
		return nil, err
	}
	ours := catalog.Owned{}
	if past.exists {
		if ours, err = r.engine.history.readOwned(ctx, tx, d); err != nil {
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
	r.steps = append(r.steps, r.moved...)
	r.plan.Changes = append(append(r.plan.Changes, r.movedChanges...), r.beside...)
	if len(created) > 0 && !s.hasPublic {
		r.steps = append(r.steps, planner.Step{Statement: createPublic(created[0].plugin)})
	}
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
	err = r.underNewNames(ctx, tx, renamings, func(ctx context.Context) error {
		if len(renamings) > 0 {
			if have, err = catalog.Read(ctx, tx, scope); err != nil {
				return err
			}
		}
		r.planner = planner.New(planner.Config{
			Tx: tx, Desired: d, Have: have, Want: want, Owned: ours,
			Force: r.options.Force, LargeTable: r.engine.largeTable, DataAfter: r.dataAfter(),
		})
		diffs, unmanaged := catalog.Compare(want, have, ours)
		diffs = withRenamed(diffs, renamings, have, want, ours)
		r.diffs = diffs
		for _, k := range unmanaged {
			r.plan.Unmanaged = append(r.plan.Unmanaged, string(k.Kind)+" "+k.String())
		}
		return r.planChanges(ctx, s, diffs, unmanaged, renamings)
	})
	if err != nil {
		return nil, err
	}
	return want, nil
}

// underNewNames is planner.UnderNewNames within Options.HoldLimit.
func (r *run) underNewNames(ctx context.Context, tx *sql.Tx, renamings []planner.Renaming, do func(context.Context) error) error {
	if !r.options.DryRun || r.options.HoldLimit <= 0 || len(renamings) == 0 {
		return planner.UnderNewNames(ctx, tx, renamings, func() error { return do(ctx) })
	}
	over := false
	err := planner.UnderNewNames(ctx, tx, renamings, func() error {
		limited, cancel := context.WithTimeout(ctx, r.options.HoldLimit)
		defer cancel()
		err := do(limited)
		over = limited.Err() != nil
		return err
	})
	if err != nil && over && ctx.Err() == nil {
		return fmt.Errorf("migration: what follows from %s takes longer to find out than the %s for which a table may be held: "+
			"`%s migrate plan` holds it for as long as it takes", renamings[0].Change(), r.options.HoldLimit, r.engine.program)
	}
	return err
}

// planChanges classifies the differences, applies the policy to each, and plans
// the statements of those that are allowed.
func (r *run) planChanges(ctx context.Context, s *server, diffs []catalog.Difference, unmanaged []catalog.Key, renamings []planner.Renaming) error {
	var accepted []planner.Change
	refused := make(map[catalog.Key]bool)
	renamed := make(map[catalog.Key]bool)
	for _, r := range renamings {
		renamed[r.Table()] = true
	}
	adoptions, err := r.adoptions(ctx, diffs, renamed, unmanaged)
	if err != nil {
		return err
	}
	taken, err := r.planner.FindTaken(ctx, diffs)
	if err != nil {
		return err
	}
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
			adopt, adopted := adoptions[diff.Key.TableKey()]
			if adopted && diff.Aspect != catalog.Unmanaged && !adopt.free && (!r.options.Force || adopt.differences == "") {
				continue // what its adoption takes is part of that change
			}
			c, err := r.planner.Classify(ctx, u.Plugin, diff)
			if err != nil {
				return err
			}
			if hint := planner.Hint(c, diffs); hint != "" {
				c.Hint = hint
			}
			if adopted && diff.Aspect == catalog.Unmanaged {
				adopt.complete(&c)
			}
			c.Refused = planner.Refuses(c, r.options.Force)
			if fixer := r.mayFix(u, c.Change); fixer != "" {
				c.Refused = false
				c.Hint = fmt.Sprintf("data migration %q runs first, and may fix the rows", fixer)
			}
			taken.Refuse(&c)
			if err := r.planner.FindStopped(ctx, &c); err != nil {
				return err
			}
			if c.Refused {
				refused[diff.Key] = true
			} else {
				accepted = append(accepted, c)
			}
			r.plan.Changes, r.classified = append(r.plan.Changes, c.Change), append(r.classified, c)
		}
	}
	// An object with a refused change is not changed at all.
	accepted = slices.DeleteFunc(accepted, func(c planner.Change) bool { return refused[c.Difference.Key] })
	steps, err := r.planner.Plan(ctx, renamings, accepted)
	if err != nil {
		return err
	}
	for _, c := range accepted {
		if r.planner.RefuseStopped(&c) {
			i := slices.IndexFunc(r.plan.Changes, func(o plan.Change) bool { return o.Kind == c.Kind && o.Object == c.Object })
			r.plan.Changes[i] = c.Change
		}
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

// withRenamed adds the tables that are not in history, and that differ by nothing
// but the names of columns.
func withRenamed(diffs []catalog.Difference, renamings []planner.Renaming, have, want catalog.Objects, ours catalog.Owned) []catalog.Difference {
	for _, r := range renamings {
		k := r.Table()
		listed := slices.ContainsFunc(diffs, func(d catalog.Difference) bool { return d.Key == k && d.Aspect == catalog.Unmanaged })
		if _, there := have[k]; there && !ours[k] && !listed {
			diffs = append(diffs, catalog.Difference{Key: k, Aspect: catalog.Unmanaged, Have: have[k], Want: want[k]})
		}
	}
	return diffs
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
