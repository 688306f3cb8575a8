package migration

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// Config is what an Engine works with.
type Config struct {
	// DB is the database, opened with pgx's stdlib package. Required. A run
	// takes one connection for its transaction, and one more after it when it
	// has to record a failure.
	DB *sql.DB

	// Logger takes what goes on in plain words. Nil logs nothing.
	Logger *zap.Logger

	// LockTimeout is how long a run waits for others: for another process that
	// is migrating, and for tables that are in use, counted from its start.
	// Defaults to a minute.
	LockTimeout time.Duration

	// TableTimeout is how long one statement waits for a table that is in use.
	// Whoever comes after waits behind it, so the run then gives all its locks
	// back, and starts again a little later, within LockTimeout. Defaults to
	// two seconds.
	TableTimeout time.Duration

	// StatementTimeout is how long one statement of the transaction may take,
	// as it keeps others from its table. Defaults to ten minutes.
	StatementTimeout time.Duration

	// LargeTable is from how many rows on a table's new indexes are built
	// concurrently, and its new constraints validated later, so that others
	// can write meanwhile. Defaults to 100,000.
	LargeTable int64
}

// Engine migrates one database. It is safe for concurrent use; runs wait for
// each other, whatever process they are in.
type Engine struct {
	db               *sql.DB
	log              *zap.Logger
	lockTimeout      time.Duration
	tableTimeout     time.Duration
	statementTimeout time.Duration
	largeTable       int64
	versions         desired.Versions
}

// New makes an Engine. It does not connect.
func New(config Config) (*Engine, error) {
	if config.DB == nil {
		return nil, errors.New("migration: Config.DB is missing")
	}
	if config.LockTimeout < 0 || config.TableTimeout < 0 || config.StatementTimeout < 0 || config.LargeTable < 0 {
		return nil, errors.New("migration: a timeout or a size in Config is negative")
	}
	e := &Engine{
		db: config.DB, log: config.Logger, versions: desired.BuildVersions(),
		lockTimeout:      settable(config.LockTimeout, time.Minute),
		tableTimeout:     settable(config.TableTimeout, 2*time.Second),
		statementTimeout: settable(config.StatementTimeout, 10*time.Minute),
		largeTable:       cmp.Or(config.LargeTable, 100_000),
	}
	if e.log == nil {
		e.log = zap.NewNop()
	}
	e.tableTimeout = min(e.tableTimeout, e.lockTimeout)
	return e, nil
}

// settable is a timeout as PostgreSQL takes it: whole milliseconds in 32 bits,
// and nothing is no limit at all to it.
func settable(timeout, otherwise time.Duration) time.Duration {
	return min(max(cmp.Or(timeout, otherwise), time.Millisecond), math.MaxInt32*time.Millisecond)
}

// Options vary one run.
type Options struct {
	// Verbose logs every statement at info. Defaults to false: at debug.
	Verbose bool

	// Force lets changes through that can lose data. What rows stand against,
	// such as a unique index over duplicates, is refused all the same. Defaults
	// to false.
	Force bool

	// DryRun does all the work inside the transaction but the statements
	// themselves, and rolls it back. Nothing is left of it, no bookkeeping
	// either. Defaults to false.
	DryRun bool

	// Full compares everything even when hash and fingerprint say that nothing
	// has changed. Defaults to false.
	Full bool
}

// Result is what a run has done.
type Result struct {
	// UpToDate says that there was nothing to do.
	UpToDate bool

	// Compared says that the database was compared object by object, and not
	// by hash and fingerprint alone.
	Compared bool

	// Pending are objects that another process is still building, as "index
	// public.memories.idx". Nothing keeps this one from working without them.
	Pending []string

	// Plan is what was applied, or would have been in a dry run. Without
	// statements when UpToDate.
	Plan *plan.Plan

	// Duration is how long the run took, with the wait for other processes.
	Duration time.Duration
}

// Run brings the database to the state that the units declare, in one
// transaction. It returns a *RefusedError when that takes what the policy does
// not allow, a *LockError when another process keeps it waiting. Whatever the
// error of the transaction, nothing has changed.
//
// Indexes and constraints of large tables, and those that entpg.Online names,
// follow the transaction. An error of theirs, or an interruption, leaves
// everything else done; a half-built index is dropped at once or by the next
// run, which goes on with what is left.
func (e *Engine) Run(ctx context.Context, units []Unit, options Options) (*Result, error) {
	r, err := e.newRun(ctx, units, options)
	if err != nil {
		return nil, err
	}
	result, err := r.do(ctx)
	if err != nil {
		err = explain(err, r.role)
		r.recordFailure(ctx, err)
		return nil, err
	}
	result.Duration = time.Since(r.started)
	r.report(result)
	return result, nil
}

func (e *Engine) newRun(ctx context.Context, units []Unit, options Options) (*run, error) {
	start := time.Now()
	d, err := desired.New(ctx, declarations(units))
	if err != nil {
		return nil, err
	}
	return &run{engine: e, desired: d, options: options, started: start, deadline: start.Add(e.lockTimeout)}, nil
}

// Plan says what Run would do, refused changes among it. It leaves no trace.
func (e *Engine) Plan(ctx context.Context, units []Unit) (*plan.Plan, error) {
	r, err := e.newRun(ctx, units, Options{DryRun: true, Full: true})
	if err != nil {
		return nil, err
	}
	r.planOnly = true
	result, err := r.do(ctx)
	if err != nil {
		return nil, explain(err, r.role)
	}
	return result.Plan, nil
}
