package migration

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"go.uber.org/zap"
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

// recordSuccess writes the history of a run that changed something or that met
// a schema for the first time, and what the fast path compares with.
func (r *run) recordSuccess(ctx context.Context, tx *sql.Tx, want catalogue, past past) error {
	if _, err := tx.ExecContext(ctx, pinSearchPath); err != nil {
		return fmt.Errorf("migration: set search_path: %w", err)
	}
	if !past.exists {
		if _, err := tx.ExecContext(ctx, historySQL); err != nil {
			return fmt.Errorf("migration: create the history: %w", err)
		}
	}
	namespaces, tables := r.desired.tables()
	prints, err := fingerprints(ctx, tx, namespaces, tables)
	if err != nil {
		return err
	}
	counts := make(map[string]int)
	for _, s := range r.plan.Statements {
		counts[s.Unit]++
	}
	var id int64
	for i := range r.desired.units {
		u := &r.desired.units[i]
		if u.schema == nil {
			continue
		}
		hash := u.hash(r.versions)
		if past.units[u.Plugin].hash != hash || counts[u.Plugin] > 0 {
			if id == 0 {
				outcome := "applied"
				if len(r.plan.Statements) == 0 {
					outcome = "unchanged"
				}
				if id, err = writeRun(ctx, tx, record{started: r.started, outcome: outcome, hash: r.plan.Hash,
					plan: r.plan, versions: r.versions}); err != nil {
					return err
				}
			}
			if err := writeJournal(ctx, tx, id, u, hash, counts[u.Plugin]); err != nil {
				return err
			}
		}
		if err := writeState(ctx, tx, u, hash, prints[u.namespace], want); err != nil {
			return err
		}
	}
	return nil
}

// recordFailure writes a run that came to nothing, in a transaction of its own.
// It never fails: the run's error is the one that matters.
func (r *run) recordFailure(ctx context.Context, cause error) {
	if r.options.DryRun || r.versions.Server == "" {
		return // Nothing was to be written, or the server was never reached.
	}
	// The run's context may be what ended it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.writeFailure(ctx, cause); err != nil {
		r.engine.log.Warn("could not record the failed migration", zap.Error(err))
	}
}

func (r *run) writeFailure(ctx context.Context, cause error) error {
	tx, err := r.engine.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("migration: connect to the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	// Two that fail at once must not both make the tables.
	if _, err := r.engine.lock(ctx, tx); err != nil {
		return err
	}
	exists, err := historyExists(ctx, tx)
	if err != nil {
		return err
	}
	if !exists {
		if _, err := tx.ExecContext(ctx, historySQL); err != nil {
			return fmt.Errorf("migration: create the history: %w", err)
		}
	}
	rec := record{started: r.started, outcome: "failed", hash: r.desired.hash(r.versions), plan: r.plan,
		versions: r.versions, err: cause}
	if _, ok := cause.(*RefusedError); ok { //nolint:errorlint // Run returns it bare
		rec.outcome = "refused"
	}
	if _, err := writeRun(ctx, tx, rec); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("migration: commit: %w", err)
	}
	return nil
}
