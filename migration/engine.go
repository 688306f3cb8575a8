package migration

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"go.uber.org/zap"
)

// Config is what an Engine works with.
type Config struct {
	// DB is the database, opened with pgx's stdlib package. Required. A run
	// takes one connection for its transaction, and one more after it when it
	// has to record a failure.
	DB *sql.DB

	// Logger takes what goes on in plain words. Nil logs nothing.
	Logger *zap.Logger

	// LockTimeout is how long a run waits for another process that is
	// migrating, and each statement for a table that is in use. Defaults to a
	// minute.
	LockTimeout time.Duration
}

// Engine migrates one database. It is safe for concurrent use; runs wait for
// each other, whatever process they are in.
type Engine struct {
	db          *sql.DB
	log         *zap.Logger
	lockTimeout time.Duration
	versions    versions
}

// New makes an Engine. It does not connect.
func New(config Config) (*Engine, error) {
	if config.DB == nil {
		return nil, errors.New("migration: Config.DB is missing")
	}
	if config.LockTimeout < 0 {
		return nil, errors.New("migration: Config.LockTimeout is negative")
	}
	e := &Engine{db: config.DB, log: config.Logger, lockTimeout: config.LockTimeout, versions: buildVersions()}
	if e.log == nil {
		e.log = zap.NewNop()
	}
	if e.lockTimeout == 0 {
		e.lockTimeout = time.Minute
	}
	return e, nil
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

	// Plan is what was applied, or would have been in a dry run. Without
	// statements when UpToDate.
	Plan *Plan

	// Duration is how long the run took, with the wait for other processes.
	Duration time.Duration
}

// Run brings the database to the state that the units declare, in one
// transaction. It returns a *RefusedError when that would take more than this
// version allows, a *LockError when another process keeps it waiting; whatever
// the error, nothing has changed.
func (e *Engine) Run(ctx context.Context, units []Unit, options Options) (*Result, error) {
	start := time.Now()
	d, err := newDesired(ctx, units)
	if err != nil {
		return nil, err
	}
	r := &run{engine: e, desired: d, options: options, started: start}
	result, err := r.do(ctx)
	if err != nil {
		r.recordFailure(ctx, err)
		return nil, err
	}
	result.Duration = time.Since(start)
	r.report(result)
	return result, nil
}

// Plan says what Run would do, refused changes among it. It leaves no trace.
func (e *Engine) Plan(ctx context.Context, units []Unit) (*Plan, error) {
	d, err := newDesired(ctx, units)
	if err != nil {
		return nil, err
	}
	r := &run{engine: e, desired: d, options: Options{DryRun: true, Full: true}, started: time.Now(), planOnly: true}
	result, err := r.do(ctx)
	if err != nil {
		return nil, err
	}
	return result.Plan, nil
}

// Report says how the database differs from what the units declare.
type Report struct {
	// Equal says that it does not.
	Equal bool `json:"equal"`

	// Differences are the changes that would make it equal.
	Differences []Change `json:"differences"`

	// HasDataLoss says whether one of them can lose data, so that Run refuses
	// it without Options.Force.
	HasDataLoss bool `json:"hasDataLoss"`

	// Warnings name each such change, with the rows at stake.
	Warnings []string `json:"warnings"`
}

// Check compares the database with what the units declare. It leaves no trace.
func (e *Engine) Check(ctx context.Context, units []Unit) (*Report, error) {
	plan, err := e.Plan(ctx, units)
	if err != nil {
		return nil, err
	}
	r := &Report{Equal: plan.Empty(), Differences: plan.Changes, Warnings: []string{}}
	for _, c := range plan.Changes {
		if c.Class == Destructive {
			r.HasDataLoss = true
			r.Warnings = append(r.Warnings, c.String())
		}
	}
	return r, nil
}
