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

// Config configures an Engine.
type Config struct {
	// DB is the database, opened with pgx's stdlib package; required. A run
	// uses one connection for its transaction, a second one for what it cannot
	// do inside it, such as recording a failure.
	DB *sql.DB

	// Logger logs progress and warnings. Defaults to a no-op logger.
	Logger *zap.Logger

	// Program is the name under which the program was started, which errors name
	// in the commands to run. Defaults to "elizago".
	Program string

	// History is the PostgreSQL schema of the history, which is made if there is
	// none. A database keeps its history where it is. Defaults to "migrations".
	History string

	// LockTimeout is how long a run waits for another process that is
	// migrating and for tables in use, counted from its start. Then it fails
	// with a *LockError or *BusyError. Defaults to 1 minute.
	LockTimeout time.Duration

	// TableTimeout is how long one statement waits for a table in use. Other
	// sessions queue behind the waiting statement, so the run then rolls back
	// and, within LockTimeout, tries again a little later. Defaults to 2
	// seconds, and is at most LockTimeout.
	TableTimeout time.Duration

	// StatementTimeout limits the duration of each statement of the
	// transaction, which blocks other sessions. Defaults to 10 minutes.
	StatementTimeout time.Duration

	// LargeTable is the number of rows from which a table's new indexes are
	// built concurrently, and its new constraints validated after the
	// transaction, so that they do not block writes. Defaults to 100,000.
	LargeTable int64
}

// Engine migrates one database. It is safe for concurrent use: runs wait for
// each other, also those of other processes.
type Engine struct {
	db               *sql.DB
	log              *zap.Logger
	program          string
	history          history
	lockTimeout      time.Duration
	tableTimeout     time.Duration
	statementTimeout time.Duration
	largeTable       int64
	versions         desired.Versions
}

// New returns an Engine. It does not connect. It returns an error if DB is nil
// or a number in config is negative.
func New(config Config) (*Engine, error) {
	if config.DB == nil {
		return nil, errors.New("migration: Config.DB is missing")
	}
	if config.LockTimeout < 0 || config.TableTimeout < 0 || config.StatementTimeout < 0 || config.LargeTable < 0 {
		return nil, errors.New("migration: a timeout or a size in Config is negative")
	}
	e := &Engine{
		db: config.DB, log: config.Logger, program: cmp.Or(config.Program, "elizago"), versions: desired.BuildVersions(),
		history:          history(cmp.Or(config.History, string(defaultHistory))),
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

// settable returns a timeout in PostgreSQL's range: whole milliseconds in 32
// bits, and at least one, since zero means no limit.
func settable(timeout, otherwise time.Duration) time.Duration {
	return min(max(cmp.Or(timeout, otherwise), time.Millisecond), math.MaxInt32*time.Millisecond)
}

// Options are the options of one run. The zero value is what a start uses.
type Options struct {
	// Verbose logs every statement at level info instead of debug.
	Verbose bool

	// Force applies changes that can lose data instead of refusing them.
	// Changes that existing rows violate, such as a unique index over
	// duplicates, are refused nevertheless.
	Force bool

	// Strict refuses schemas that a newer version of the program has superseded.
	// By default a run of such schemas changes nothing and succeeds with a warning,
	// if the database has all that they declare.
	Strict bool

	// GoBack treats schemas that a newer version of the program has superseded as
	// any others: what the database has more is to be removed, which is refused
	// without Force where it loses data. It takes precedence over Strict.
	GoBack bool

	// DryRun plans and checks the changes without executing them, and rolls
	// back. It writes nothing, no history either.
	DryRun bool

	// HoldLimit is how long a dry run may hold the tables and columns that schemas
	// say were renamed, which it renames and rolls back; others wait meanwhile. A
	// run that takes longer fails. Zero: as long as it takes.
	HoldLimit time.Duration

	// Full compares all objects even if hash and fingerprint are unchanged
	// since the last run.
	Full bool
}

// Result describes a run that succeeded.
type Result struct {
	// UpToDate reports whether there was nothing to do.
	UpToDate bool

	// Compared reports whether the database was compared object by object.
	// Otherwise hash and fingerprint were unchanged.
	Compared bool

	// Superseded are the changes that would remove what a newer version of the
	// program has made, and that were left alone; see Options.Strict.
	Superseded []plan.Change

	// Pending are the objects that another process is still building, such as
	// "index public.memories.idx". The program works without them.
	Pending []string

	// Plan is the plan that was applied, or that a dry run would have applied.
	// It is never nil; it has no statements if UpToDate is set.
	Plan *plan.Plan

	// Duration is the duration of the run, including the wait for other
	// processes.
	Duration time.Duration
}

// Run changes the database to the state that the schema owners declare, in one
// transaction. If the transaction fails, nothing has changed. Callers may
// branch on these errors with errors.As:
//
//	*RefusedError   the policy does not allow a change
//	*LockError      another process is migrating, for longer than LockTimeout
//	*BusyError      another session is using a table, for longer than LockTimeout
//
// Indexes and constraints of large tables, and those that entpg.Online names,
// are built after the transaction. If that fails or is interrupted, everything
// else stays; a half-built index is dropped at once or by the next run, which
// builds what is left.
func (e *Engine) Run(ctx context.Context, units []Unit, options Options) (*Result, error) {
	r, err := e.newRun(ctx, units, options)
	if err != nil {
		return nil, err
	}
	result, err := r.do(ctx)
	if err != nil {
		err = explain(e.nameEventTrigger(ctx, err), r.role)
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
	if err := e.history.check(d); err != nil {
		return nil, err
	}
	return &run{engine: e, desired: d, options: options, started: start, deadline: start.Add(e.lockTimeout)}, nil
}

// Plan returns what Run would do. Changes that Run would refuse are in the plan,
// with Refused set, and no error. Plan changes nothing and writes no history.
func (e *Engine) Plan(ctx context.Context, units []Unit) (*plan.Plan, error) {
	r, err := e.newRun(ctx, units, Options{DryRun: true, Full: true, GoBack: true})
	if err != nil {
		return nil, err
	}
	r.planOnly = true
	result, err := r.do(ctx)
	if err != nil {
		return nil, explain(e.nameEventTrigger(ctx, err), r.role)
	}
	return result.Plan, nil
}
