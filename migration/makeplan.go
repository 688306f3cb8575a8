package migration

import (
	"context"
	"database/sql"
	"fmt"
)

// makePlan compares the database with the desired state, and plans what brings
// the one to the other. It returns the desired state as PostgreSQL spells it.
// Apart from the extension, which the desired state needs to be built, it
// changes nothing.
func (r *run) makePlan(ctx context.Context, tx *sql.Tx, past past) (catalogue, error) {
	d := r.desired
	s, err := inspectServer(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	r.role = s.role
	if err := s.require(d); err != nil {
		return nil, err
	}
	hadVector := s.vectorIn != ""
	if err := s.ensureVector(ctx, tx, d); err != nil {
		return nil, err
	}
	want, err := normalize(ctx, tx, d, s.searchPath())
	if err != nil {
		return nil, err
	}
	ours := owned{}
	if past.exists {
		if ours, err = readOwned(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	have, err := readLive(ctx, tx, d, ours)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "SET LOCAL search_path = "+s.searchPath()); err != nil {
		return nil, fmt.Errorf("migration: set search_path: %w", err)
	}
	diffs, strangers := compare(want, have, ours)
	r.plan = &Plan{Hash: d.hash(r.versions), Statements: []Statement{}, Changes: []Change{}}
	for _, k := range strangers {
		r.plan.Foreign = append(r.plan.Foreign, string(k.Kind)+" "+k.String())
	}
	if !hadVector && s.vectorIn != "" {
		r.plan.Statements = append(r.plan.Statements, Statement{
			Unit: d.needsVector(), SQL: createVector, Comment: "create the extension for vectors",
		})
	}
	p := &probe{tx: tx, d: d}
	for i := range d.units {
		if err := r.planUnit(ctx, p, s, &d.units[i], diffs); err != nil {
			return nil, err
		}
	}
	return want, nil
}

// planUnit adds one unit's changes and statements to the plan.
func (r *run) planUnit(ctx context.Context, p *probe, s *server, u *desiredUnit, diffs []difference) error {
	if u.schema == nil {
		return nil
	}
	var accepted []Change
	if _, ok := s.namespaces[u.namespace]; !ok {
		c := Change{Unit: u.Plugin, Kind: AddNamespace, Class: Safe, Object: u.namespace}
		r.plan.Changes = append(r.plan.Changes, c)
		accepted = append(accepted, c)
	}
	for _, diff := range diffs {
		if diff.key.Namespace != u.namespace {
			continue
		}
		c, err := classify(ctx, p, u.Plugin, diff)
		if err != nil {
			return err
		}
		if c.Refused = refuses(c); !c.Refused {
			accepted = append(accepted, c)
		}
		r.plan.Changes = append(r.plan.Changes, c)
	}
	changes, err := translate(u, accepted)
	if err != nil {
		return err
	}
	statements, err := u.author.statements(ctx, u.namespace, changes)
	if err != nil {
		return err
	}
	r.plan.Statements = append(r.plan.Statements, statements...)
	return nil
}

// readLive reads the units' tables, and those that were theirs.
func readLive(ctx context.Context, tx *sql.Tx, d *desired, ours owned) (catalogue, error) {
	namespaces, tables := d.tables()
	wanted := make(map[[2]string]bool, len(tables))
	for i := range tables {
		wanted[[2]string{namespaces[i], tables[i]}] = true
	}
	for k := range ours {
		if k.Kind == tableObject && !wanted[[2]string{k.Namespace, k.Table}] {
			namespaces, tables = append(namespaces, k.Namespace), append(tables, k.Table)
		}
	}
	return readCatalogue(ctx, tx, namespaces, tables)
}
