// Package sql is the plugin with the database adapter. It declares the core tables
// and implements core.Database on them, on the PostgreSQL server at POSTGRES_URL,
// or else on a private cluster in PGLITE_DATA_DIR.
//
//	cli.Main(sql.Module, bootstrap.Module, classic.Module)
//
// The stores use ent, and hand-written SQL for what ent cannot express or does too
// slowly; a comment there says why. Both use the same driver, and so the same
// transaction.
package sql

import (
	"cmp"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
)

// Name is the plugin's name.
const Name = "@elizago/sql"

// Config selects and configures the database. The zero value is the private
// cluster in ./.eliza/.elizadb.
type Config struct {
	// URL of a PostgreSQL server with pgvector, such as
	// postgres://user:password@host:5432/database. It may be that of a
	// PgBouncer in session or transaction mode. Empty: the private cluster in DataDir.
	URL string
	// DataDir is the home of the private cluster. Defaults to
	// ./.eliza/.elizadb.
	DataDir string
	// BinDir is the folder of the private cluster's server programs. Empty: the
	// newest installation with pgvector, or for existing data the one of its
	// major version.
	BinDir string

	// MaxConns is the largest number of connections of this process to the
	// database. Defaults to 20.
	MaxConns int
	// IdleTimeout is how long a connection stays open unused. Defaults to 30s.
	IdleTimeout time.Duration
	// ConnectTimeout limits one attempt to connect. Defaults to 5s.
	ConnectTimeout time.Duration
	// StatementTimeout limits a statement of a store, or of a plugin's client,
	// whose context has no deadline. Defaults to one minute. Statements of Pool
	// and Pgx, rebuilds, and the work that Start begins have no such limit.
	StatementTimeout time.Duration
	// PoolWait is how long a call waits for a connection while all are in use
	// and no more can be had. Defaults to 5s.
	PoolWait time.Duration

	// Retries is how often a call is repeated, after a pause, that did not reach
	// the server. Defaults to 3. A call that may have reached it is repeated
	// only if it reads, or with core.Retry.
	Retries int
	// RetryDelay is the first pause before a retry; each is twice as long as the
	// one before. A pause ends when the server is back. Defaults to 1s.
	RetryDelay time.Duration
	// RetryMaxDelay is the longest pause. Defaults to 10s.
	RetryMaxDelay time.Duration
	// RetryJitter is the largest random time added to a pause. Defaults to 1s.
	RetryJitter time.Duration
	// RetryFor is the time before which no call gives up. Defaults to 10s.
	RetryFor time.Duration
	// BreakerFailures is how many calls fail in succession, after their
	// retries, before the next ones fail at once. Defaults to 5.
	BreakerFailures int
	// BreakerTimeout is how long they fail at once, unless the server answers
	// earlier: it is pinged every second. Defaults to one minute.
	BreakerTimeout time.Duration
	// BreakerHalfOpen is how many calls are let through after that, to see
	// whether they succeed. Defaults to 3.
	BreakerHalfOpen int

	// AllowDestructiveMigrations lets a start apply schema changes that lose
	// data, such as dropping a column. Defaults to false: such a start fails
	// with a *migration.RefusedError, and nothing is changed.
	AllowDestructiveMigrations bool

	// SecretSalt is the text from which the key for secrets at rest is derived.
	// Empty: saving an agent with secrets is an error.
	SecretSalt string
	// LogRetention is how long rows of the table logs, and runs that have ended,
	// are kept. Defaults to 30 days; negative: for ever. Older rows are deleted
	// every hour, for the first time one minute after the start.
	LogRetention time.Duration
	// Program is the name of the program in the commands that errors advise.
	// Defaults to elizago.
	Program string
	// Logger defaults to zap.NewNop().
	Logger *zap.Logger
}

// connection returns the part of the configuration that pgpool takes, where its
// defaults are.
func (c Config) connection() pgpool.Config {
	return pgpool.Config{
		URL:              c.URL,
		Cluster:          pgcluster.Config{Dir: c.DataDir, BinDir: c.BinDir, Program: c.Program, Logger: c.Logger},
		MaxConns:         c.MaxConns,
		IdleTimeout:      c.IdleTimeout,
		ConnectTimeout:   c.ConnectTimeout,
		StatementTimeout: c.StatementTimeout,
		Retry: pgerr.Retry{
			Retries: c.Retries, BaseDelay: c.RetryDelay, MaxDelay: c.RetryMaxDelay, Jitter: c.RetryJitter,
			Span: c.RetryFor, ConnectionWait: c.PoolWait,
		},
		Breaker: pgerr.Breaker{Failures: c.BreakerFailures, OpenFor: c.BreakerTimeout, HalfOpen: c.BreakerHalfOpen},
		Logger:  c.Logger,
	}
}

// New returns the plugin. It does not connect: the runtime opens the adapter.
func New(config Config) *core.Plugin {
	if config.Logger == nil {
		config.Logger = zap.NewNop()
	}
	config.DataDir = cmp.Or(config.DataDir, "./.eliza/.elizadb")
	config.Program = cmp.Or(config.Program, "elizago")
	config.LogRetention = cmp.Or(config.LogRetention, 30*24*time.Hour)
	return &core.Plugin{
		Name:        Name,
		Description: "Keeps everything in PostgreSQL",
		Adapter:     &Adapter{config: config},
		Schema: &core.Schema{
			Namespace:   migrate.Namespace,
			Tables:      migrate.Tables,
			Annotations: migrate.Annotations,
			Data:        dataMigrations(config.Program, config.Logger),
		},
		AllowDestructiveMigrations: config.AllowDestructiveMigrations,
	}
}
