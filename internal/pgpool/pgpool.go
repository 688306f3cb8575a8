// Package pgpool gives a process its one connection pool for each database:
// the server named by a URL, or else the private cluster in a directory, which
// it starts. Whoever asks for the same database again gets the same pool.
//
//	db, err := pgpool.Open(ctx, pgpool.Config{Cluster: pgcluster.Config{Dir: ".eliza/.elizadb"}})
//	if err != nil { ... }
//	defer db.Close(ctx)
//	db.SQL().QueryRowContext(ctx, "SELECT 1")
package pgpool

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/internal/pgcluster"
)

// Config says which database, and how many connections to it.
type Config struct {
	// URL of a PostgreSQL server, or of a pooler before it: PgBouncer in
	// transaction mode is noticed, and statements are then not prepared there.
	// The parameter default_query_exec_mode (see pgx) overrides that. Empty: the
	// private cluster of Cluster.
	URL string
	// Cluster is the private cluster. Not looked at when URL is set.
	Cluster pgcluster.Config
	// MaxConns is the largest number of connections. Defaults to 20.
	MaxConns int
	// IdleTimeout closes connections that are unused for so long. Defaults to
	// 30s.
	IdleTimeout time.Duration
	// ConnectTimeout limits one attempt to connect. Defaults to 5s.
	ConnectTimeout time.Duration
	// Logger defaults to one that says nothing.
	Logger *zap.Logger
}

// FromEnvironment is the Config that a program's settings ask for.
func FromEnvironment(settings config.Config, log *zap.Logger) Config {
	return Config{
		URL: settings.PostgresURL,
		Cluster: pgcluster.Config{
			Dir:    settings.DataDir,
			BinDir: settings.PostgresBin,
			Logger: log,
		},
		MaxConns:       settings.PoolMax,
		IdleTimeout:    settings.PoolIdleTimeout,
		ConnectTimeout: settings.ConnectTimeout,
		Logger:         log,
	}
}

func (c Config) withDefaults() Config {
	if c.MaxConns == 0 {
		c.MaxConns = 20
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = 30 * time.Second
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 5 * time.Second
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	return c
}

// DB is one process's hold on a database. It is safe for concurrent use.
type DB struct {
	shared *shared
	once   sync.Once
}

// Pool returns the pool for pgx's own API.
func (db *DB) Pool() *pgxpool.Pool { return db.shared.pool }

// SQL returns the same pool for database/sql, and so for ent.
func (db *DB) SQL() *sql.DB { return db.shared.sql }

// URL returns how other programs connect, with the password if it has one.
func (db *DB) URL() string { return db.shared.url }

// Close gives the database up. The last holder of the process closes the pool,
// and the private cluster with it. A second call does nothing.
func (db *DB) Close(ctx context.Context) error {
	var err error
	db.once.Do(func() { err = pools.release(ctx, db.shared) })
	return err
}

// Open returns the process's pool for a database, and makes it when there is
// none yet; then it has connected once. Of two callers with different sizes
// and time limits, those of the first count.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	key, err := cfg.key()
	if err != nil {
		return nil, err
	}
	s, err := pools.acquire(ctx, key, cfg.withDefaults())
	if err != nil {
		return nil, err
	}
	return &DB{shared: s}, nil
}

// key names the database: two spellings of one directory are the same.
func (c Config) key() (string, error) {
	if c.URL != "" {
		return c.URL, nil
	}
	dir, err := filepath.Abs(c.Cluster.Dir)
	if err != nil {
		return "", err
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved
	}
	return "cluster:" + dir, nil
}
