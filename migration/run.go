package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgerrcode"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/internal/planner"
	"github.com/elizago/elizago/migration/plan"
)

// run is one run of the engine.
type run struct {
	engine   *Engine
	desired  *desired.State
	options  Options
	started  time.Time
	deadline time.Time // for waiting
	planOnly bool      // refused changes are part of the result and not an error

	versions   desired.Versions // with the server's
	role       string
	confirming bool // only checks whether all is done
	attempt
}

// attempt is the state of one attempt of the transaction.
type attempt struct {
	conn    *sql.Conn // that of the transaction
	past    past
	plan    *plan.Plan // as far as it got
	steps   []planner.Step
	planner *planner.Planner
	// diffs are the differences that were found, classified the changes of them.
	diffs      []catalog.Difference
	classified []planner.Change
	newcomers  map[string]bool // plugins without tables so far
	// moved are the namespaces that were renamed, beside the plugins that would begin
	// with empty tables.
	moved        []planner.Step
	movedChanges []plan.Change
	beside       []plan.Change
	dataRun      []dataRun
	ranData      bool   // a data migration has been called
	snapshot     string // of the rows before that
	tried        tried  // what a transaction whose data migrations were for nothing has tried
	blocker      *blocker
}

// do runs the transaction and the steps after it.
func (r *run) do(ctx context.Context) (*Result, error) {
	result, err := r.transaction(ctx)
	if err != nil || r.options.DryRun {
		return result, err
	}
	online := r.following()
	if len(online) == 0 {
		return result, nil
	}
	done, err := r.followUp(ctx, online)
	if err != nil {
		return nil, err
	}
	if !done {
		for _, s := range online {
			result.Pending = append(result.Pending, string(s.Key.Kind)+" "+s.Key.String())
		}
		return result, nil
	}
	// Once more, to check and record that nothing is left to do. The builds may
	// have taken longer than the run may wait for others.
	r.confirming, r.deadline = true, time.Now().Add(r.engine.lockTimeout)
	_, err = r.transaction(ctx)
	return result, err
}

// following returns the steps after the transaction.
func (r *run) following() []planner.Step {
	var out []planner.Step
	for _, s := range r.steps {
		if !s.Transactional {
			out = append(out, s)
		}
	}
	return out
}

// transaction retries until the database is not too busy.
func (r *run) transaction(ctx context.Context) (*Result, error) {
	var result *Result
	err := r.retry(ctx, func() error {
		r.attempt = attempt{}
		tx, err := r.begin(ctx)
		if err != nil {
			return fmt.Errorf("migration: connect to the database: %w", oneLine(err))
		}
		defer func() {
			_ = tx.Rollback() // else the connection waits for its end, after a panic
			r.end()
		}()
		result, err = r.inTx(ctx, tx)
		err = r.blocker.stop(err)
		if err != nil {
			r.tried = r.rememberTried(ctx, tx, err)
		}
		if err != nil || r.options.DryRun || result.UpToDate && !result.Compared || len(result.Superseded) > 0 {
			if e := tx.Rollback(); e != nil && err == nil {
				err = fmt.Errorf("migration: end the transaction: %w", e)
			}
			return err
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("%w: %w", errCommit, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

func (r *run) inTx(ctx context.Context, tx *sql.Tx) (*Result, error) {
	version, err := r.lock(ctx, tx)
	if err != nil {
		return nil, err
	}
	r.versions = r.engine.versions
	r.versions.Server = version

	past, err := r.look(ctx, tx)
	if pgerr.Is(err, pgerrcode.InsufficientPrivilege) {
		return nil, fmt.Errorf("migration: this role may not read the history that another role has written: "+
			"connect as the role that migrated this database, or name another database in POSTGRES_URL: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if past.upToDate && !r.options.Full {
		return &Result{UpToDate: true, Plan: &plan.Plan{Hash: r.desired.Hash(r.versions)}}, nil
	}
	if err := r.prepare(ctx, tx); err != nil {
		return nil, err
	}
	if r.blocker, err = r.engine.watch(ctx, tx); err != nil {
		return nil, err
	}
	if past, err = r.followNamespaces(ctx, tx, past); err != nil {
		return nil, err
	}
	r.past = past
	if err := r.decideFirst(ctx, tx, past); err != nil {
		return nil, err
	}
	if err := r.tryAgain(ctx, tx, past); err != nil {
		return nil, err
	}
	if err := r.beforeSchema(ctx, tx, past); err != nil {
		return nil, err
	}
	want, err := r.makePlan(ctx, tx, past)
	if err != nil {
		return nil, err
	}
	r.listData()
	result := &Result{UpToDate: r.plan.Empty(), Compared: true, Plan: r.plan}
	later, err := r.superseded(ctx, tx, past)
	switch {
	case err != nil:
		return nil, err
	case later.found && r.options.Strict:
		return nil, &RefusedError{Changes: r.plan.Changes, program: r.engine.program, strict: true}
	case later.found && later.lacks == "":
		result.UpToDate, result.Superseded = true, r.plan.Changes
		r.plan = &plan.Plan{Hash: r.plan.Hash, Statements: []plan.Statement{}, Changes: []plan.Change{}, Unmanaged: r.plan.Unmanaged}
		r.steps, result.Plan = nil, r.plan
		return result, nil
	}
	if refused := r.plan.Refused(); len(refused) > 0 && !r.planOnly && !r.confirming {
		return nil, &RefusedError{Changes: refused, program: r.engine.program, lacks: later.lacks}
	}
	if r.options.DryRun {
		return result, nil
	}
	if r.confirming && !r.plan.Empty() {
		// The database was changed meanwhile. The difference is left to the next
		// run.
		r.engine.log.Warn("the database has changed again since, the next start compares once more", zap.Stringer("change", r.plan.Changes[0]))
		return &Result{UpToDate: true, Plan: r.plan}, nil
	}
	if err := r.apply(ctx, tx, want, past); err != nil {
		return nil, err
	}
	return result, nil
}

// past is history's record, and whether it is still current.
type past struct {
	exists   bool
	complete bool // the history has all tables of this version
	units    map[string]known
	data     map[dataKey]bool
	upToDate bool
}

// look is the fast path: it compares the hashes of all schema owners and the
// fingerprints of their tables with history.
func (r *run) look(ctx context.Context, tx *sql.Tx) (past, error) {
	var p past
	var err error
	if p.exists, p.complete, err = r.engine.history.exists(ctx, tx); err != nil || !p.exists {
		return p, err
	}
	if p.units, err = r.engine.history.readState(ctx, tx); err != nil {
		return p, err
	}
	if p.complete && r.pendingData(p) {
		if p.data, err = r.engine.history.readData(ctx, tx); err != nil || r.pendingData(p) {
			return p, err
		}
	}
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		if u.Model != nil && p.units[u.Plugin].hash != u.Hash(r.versions) {
			return p, nil
		}
	}
	prints, err := catalog.Fingerprints(ctx, tx, r.desired.Scope())
	if err != nil {
		return p, err
	}
	for i := range r.desired.Units {
		u := &r.desired.Units[i]
		if u.Model != nil && p.units[u.Plugin].fingerprint != prints[u.Namespace] {
			return p, nil
		}
	}
	p.upToDate = true
	return p, nil
}

// report logs what the run did.
func (r *run) report(result *Result) {
	log := r.engine.log
	duration := zap.Duration("duration", result.Duration)
	for _, name := range result.Plan.Unmanaged {
		log.Warn("left alone what no schema declares", zap.String("object", name))
	}
	for _, name := range result.Pending {
		log.Warn("another process is still building, going on without it", zap.String("object", name))
	}
	switch {
	case len(result.Superseded) > 0:
		r.warnSuperseded(result.Superseded)
	case result.UpToDate:
		log.Info("schema is up to date", zap.Int("plugins", len(r.desired.Units)), zap.Bool("compared", result.Compared), duration)
	case len(result.Plan.Statements) == 0:
		log.Info("ran the data migrations, the tables are as they should be", zap.Strings("data", result.Plan.Data), duration)
	case r.options.DryRun:
		log.Info(fmt.Sprintf("dry run: %s would be executed, nothing was changed", statements(result.Plan)), duration)
	default:
		log.Info("applied "+statements(result.Plan), duration)
	}
}

// statements describes a plan's statements: "64 statements for core and notes".
func statements(p *plan.Plan) string {
	var names []string
	for _, s := range p.Statements {
		if !slices.Contains(names, s.Unit) {
			names = append(names, s.Unit)
		}
	}
	list := strings.Join(names, ", ")
	if n := len(names); n > 1 {
		list = strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	if len(p.Statements) == 1 {
		return "1 statement for " + list
	}
	return fmt.Sprintf("%d statements for %s", len(p.Statements), list)
}
