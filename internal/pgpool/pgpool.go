// Package pgpool provides one connection pool per process and database: to the
// server at a URL, or to the private cluster in a directory, which it starts. A
// second Open of the same database returns the same pool.
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

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgerr"
)

// Config selects a database and configures the pool.
type Config struct {
	// URL of a PostgreSQL server, or of a pooler in front of it: PgBouncer in
	// transaction mode is detected, and statements are then not prepared. The
	// parameter default_query_exec_mode (see pgx) overrides that. Empty: the
	// private cluster of Cluster.
	URL string
	// Cluster is the private cluster. Ignored if URL is set.
	Cluster pgcluster.Config
	// MaxConns is the largest number of connections. Defaults to 20.
	MaxConns int
	// IdleTimeout is how long a connection stays open unused. Defaults to 30s.
	IdleTimeout time.Duration
	// ConnectTimeout limits one attempt to connect. Defaults to 5s.
	ConnectTimeout time.Duration
	// StatementTimeout limits a statement of Limited, or of a connection after
	// Limit, whose context has no deadline. Defaults to one minute.
	StatementTimeout time.Duration
	// Retry says how often calls are repeated that did not reach the server.
	Retry pgerr.Retry
	// Breaker says when calls fail at once, as the server stays away.
	Breaker pgerr.Breaker
	// Logger defaults to zap.NewNop().
	Logger *zap.Logger
}

// withDefaults is the only place that knows the defaults of a connection pool.
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
	if c.StatementTimeout == 0 {
		c.StatementTimeout = time.Minute
	}
	c.Retry, c.Breaker = c.Retry.WithDefaults(), c.Breaker.WithDefaults()
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	return c
}

// DB is a reference to the pool of a database. It is safe for concurrent use.
type DB struct {
	shared *shared
	once   sync.Once
}

// Pool returns the pool for pgx's own API.
func (db *DB) Pool() *pgxpool.Pool { return db.shared.pool }

// SQL returns the same pool for database/sql.
func (db *DB) SQL() *sql.DB { return db.shared.sql }

// Limited is SQL for statements with a limit: Config.StatementTimeout applies
// where a statement's context has no deadline.
func (db *DB) Limited() *sql.DB { return db.shared.limitedSQL }

// Pooled reports whether a pooler was found between this process and the server.
func (db *DB) Pooled() bool { return db.shared.pooler.found.Load() }

// URL returns the connection string for other programs, with the password if
// there is one.
func (db *DB) URL() string { return db.shared.url }

// Close releases the reference. Releasing the last one in the process closes the
// pool and the private cluster. A second call is a no-op.
func (db *DB) Close(ctx context.Context) error {
	var err error
	db.once.Do(func() { err = pools.release(ctx, db.shared) })
	return err
}

// Open returns a reference to the process's pool for a database. The first call
// creates the pool and connects once; the sizes and time limits of later calls
// are ignored.
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

// key identifies the database. Two spellings of one directory have the same key.
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
