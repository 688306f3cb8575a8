// Package sql is the plugin that keeps everything in PostgreSQL. It brings the
// core tables and implements core.Database on them: with POSTGRES_URL on that
// server, without on the private cluster in PGLITE_DATA_DIR.
//
//	cli.Main(sql.Module, bootstrap.Module, classic.Module)
//
// Stores are written with ent. SQL by hand stands where ent has no words for
// it, or where its time would show, and says so there; it goes through the same
// driver, and so into the same transaction.
package sql

import (
	"cmp"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgpool"
)

// Name is the plugin's name.
const Name = "@elizago/sql"

// Config says which database to use, and how. The zero value is the private
// cluster in ./.eliza/.elizadb.
type Config struct {
	// URL of a PostgreSQL server with pgvector, as
	// postgres://user:password@host:5432/database. It may lead through
	// PgBouncer, in any of its modes. Empty: the private cluster in DataDir.
	URL string
	// DataDir is the home of the private cluster. Defaults to
	// ./.eliza/.elizadb.
	DataDir string
	// BinDir is the folder of the private cluster's server programs. Empty: the
	// usual places are searched.
	BinDir string

	// MaxConns is the largest number of connections of this process to the
	// database. Defaults to 20.
	MaxConns int
	// IdleTimeout is how long a connection stays open unused. Defaults to 30s.
	IdleTimeout time.Duration
	// ConnectTimeout limits one attempt to connect. Defaults to 5s.
	ConnectTimeout time.Duration

	// AllowDestructiveMigrations lets a start apply changes of the schema that
	// lose data, such as the drop of a column. Defaults to false: such a start
	// is refused, and nothing is changed.
	AllowDestructiveMigrations bool

	// SecretSalt is what the key for secrets at rest is derived from. Empty:
	// saving an agent with secrets is an error.
	SecretSalt string
	// LogRetention is how long entries of the table logs are kept. Zero: 30
	// days. Negative: for ever. Old ones are deleted once an hour, the first
	// time a minute after the start; a program that ends sooner deletes none.
	LogRetention time.Duration
	// Logger defaults to zap.NewNop().
	Logger *zap.Logger
}

// connection returns the part of the configuration that pgpool takes, where its
// defaults are.
func (c Config) connection() pgpool.Config {
	return pgpool.Config{
		URL:            c.URL,
		Cluster:        pgcluster.Config{Dir: c.DataDir, BinDir: c.BinDir, Logger: c.Logger},
		MaxConns:       c.MaxConns,
		IdleTimeout:    c.IdleTimeout,
		ConnectTimeout: c.ConnectTimeout,
		Logger:         c.Logger,
	}
}

// New returns the plugin. The database is opened by the runtime.
func New(config Config) *core.Plugin {
	if config.Logger == nil {
		config.Logger = zap.NewNop()
	}
	config.DataDir = cmp.Or(config.DataDir, "./.eliza/.elizadb")
	config.LogRetention = cmp.Or(config.LogRetention, 30*24*time.Hour)
	return &core.Plugin{
		Name:        Name,
		Description: "Keeps everything in PostgreSQL",
		Adapter:     &Adapter{config: config},
		Schema: &core.Schema{
			Namespace: migrate.Namespace,
			Tables:    migrate.Tables,
			Extras:    migrate.Extras,
			Data:      dataMigrations(config.Logger),
		},
		AllowDestructiveMigrations: config.AllowDestructiveMigrations,
	}
}
