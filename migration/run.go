package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"
)

// run is one run of the engine.
type run struct {
	engine   *Engine
	desired  *desired
	options  Options
	started  time.Time
	planOnly bool // refused changes are part of the answer and no error

	versions versions // with the server's
	plan     *Plan    // as far as it got
	role     string
}

// do is the transaction.
func (r *run) do(ctx context.Context) (*Result, error) {
	tx, err := r.engine.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, fmt.Errorf("migration: connect to the database: %w", err)
	}
	result, err := r.inTx(ctx, tx)
	if err != nil || r.options.DryRun || result.UpToDate && !result.Compared {
		if e := tx.Rollback(); e != nil && err == nil {
			err = fmt.Errorf("migration: end the transaction: %w", e)
		}
		return result, err
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("migration: commit: %w", err)
	}
	return result, nil
}

func (r *run) inTx(ctx context.Context, tx *sql.Tx) (*Result, error) {
	version, err := r.engine.lock(ctx, tx)
	if err != nil {
		return nil, err
	}
	r.versions = r.engine.versions
	r.versions.Server = version

	past, err := r.look(ctx, tx)
	if state(err) == insufficientPrivilege {
		return nil, fmt.Errorf("migration: this role may not read the history that another role has written: "+
			"connect as the role that migrated this database, or name another database in POSTGRES_URL: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if past.upToDate && !r.options.Full {
		return &Result{UpToDate: true, Plan: &Plan{Hash: r.desired.hash(r.versions)}}, nil
	}
	want, err := r.makePlan(ctx, tx, past)
	if err != nil {
		return nil, explain(err, r.role)
	}
	result := &Result{UpToDate: r.plan.Empty(), Compared: true, Plan: r.plan}
	if refused := r.plan.Refused(); len(refused) > 0 && !r.planOnly {
		return nil, &RefusedError{Changes: refused}
	}
	if r.options.DryRun {
		return result, nil
	}
	if err := r.apply(ctx, tx, want, past); err != nil {
		return nil, explain(err, r.role)
	}
	return result, nil
}

// past is what history holds, and whether it still holds.
type past struct {
	exists   bool
	units    map[string]known
	upToDate bool
}

// look is the fast path: the hashes of all units, and the fingerprints of all
// their tables, as history has them.
func (r *run) look(ctx context.Context, tx *sql.Tx) (past, error) {
	var p past
	var err error
	if p.exists, err = historyExists(ctx, tx); err != nil || !p.exists {
		return p, err
	}
	if p.units, err = readState(ctx, tx); err != nil {
		return p, err
	}
	for i := range r.desired.units {
		u := &r.desired.units[i]
		if u.schema != nil && p.units[u.Plugin].hash != u.hash(r.versions) {
			return p, nil
		}
	}
	namespaces, tables := r.desired.tables()
	prints, err := fingerprints(ctx, tx, namespaces, tables)
	if err != nil {
		return p, err
	}
	for i := range r.desired.units {
		u := &r.desired.units[i]
		if u.schema != nil && p.units[u.Plugin].fingerprint != prints[u.namespace] {
			return p, nil
		}
	}
	p.upToDate = true
	return p, nil
}

// report says in plain words what went on.
func (r *run) report(result *Result) {
	log := r.engine.log
	duration := zap.Duration("duration", result.Duration)
	for _, name := range result.Plan.Foreign {
		log.Warn("left alone what no schema declares", zap.String("object", name))
	}
	switch {
	case result.UpToDate:
		log.Info("schema is up to date", zap.Int("plugins", len(r.desired.units)), zap.Bool("compared", result.Compared), duration)
	case r.options.DryRun:
		log.Info(fmt.Sprintf("dry run: %s would be executed, nothing was changed", r.statements()), duration)
	default:
		log.Info("applied "+r.statements(), duration)
	}
}

// statements are the plan's in words: "64 statements for core and notes".
func (r *run) statements() string {
	var names []string
	for _, s := range r.plan.Statements {
		if !slices.Contains(names, s.Unit) {
			names = append(names, s.Unit)
		}
	}
	list := strings.Join(names, ", ")
	if n := len(names); n > 1 {
		list = strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	if len(r.plan.Statements) == 1 {
		return "1 statement for " + list
	}
	return fmt.Sprintf("%d statements for %s", len(r.plan.Statements), list)
}
