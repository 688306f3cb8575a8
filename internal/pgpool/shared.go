package pgpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgcluster"
)

// pools are the process's pools by database. A package variable, so that a
// program that embeds the framework twice does not connect twice.
var pools = &registry{of: map[string]*shared{}}

type registry struct {
	mu sync.Mutex
	of map[string]*shared
}

// shared is one pool, with its references counted.
type shared struct {
	key     string
	holders int
	opened  chan struct{} // closed when open has ended
	err     error         // set before opened is closed

	url     string
	cluster *pgcluster.Cluster
	pool    *pgxpool.Pool
	pooler  pooler
	vectors vectors
	sql     *sql.DB
}

// acquire returns the pool of a key. The first caller opens it, the others wait
// and get its error if that fails; a later call tries again.
func (r *registry) acquire(ctx context.Context, key string, cfg Config) (*shared, error) {
	r.mu.Lock()
	s, there := r.of[key]
	if !there {
		s = &shared{key: key, opened: make(chan struct{})}
		r.of[key] = s
	}
	s.holders++
	r.mu.Unlock()

	if !there {
		s.err = s.open(ctx, cfg)
		if s.err != nil {
			r.mu.Lock()
			delete(r.of, key)
			r.mu.Unlock()
		}
		close(s.opened)
	}
	select {
	case <-s.opened:
		return s, s.err
	case <-ctx.Done():
		return nil, errors.Join(context.Cause(ctx), r.release(context.WithoutCancel(ctx), s))
	}
}

// release drops one reference, and closes the pool with the last.
func (r *registry) release(ctx context.Context, s *shared) error {
	r.mu.Lock()
	s.holders--
	last := s.holders == 0
	if last && r.of[s.key] == s {
		delete(r.of, s.key)
	}
	r.mu.Unlock()
	if !last {
		return nil
	}
	<-s.opened
	return s.close(ctx)
}

func (s *shared) open(ctx context.Context, cfg Config) (err error) {
	s.url = cfg.URL
	if cfg.URL == "" {
		if s.cluster, err = pgcluster.Start(ctx, cfg.Cluster); err != nil {
			return err
		}
		s.url = s.cluster.URL()
	}
	if err := s.connect(ctx, cfg); err != nil {
		return errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return nil
}

func (s *shared) connect(ctx context.Context, cfg Config) error {
	pool, err := s.parse()
	if err != nil {
		return err
	}
	pool.MaxConns = int32(min(cfg.MaxConns, 1<<20))
	pool.MaxConnIdleTime = cfg.IdleTimeout
	pool.ConnConfig.ConnectTimeout = cfg.ConnectTimeout
	if _, named := pool.ConnConfig.RuntimeParams["application_name"]; !named {
		pool.ConnConfig.RuntimeParams["application_name"] = "elizago"
	}
	s.pooler.watch(pool, s.url)
	s.vectors.watch(pool)
	watchContexts(pool)
	pool.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		registerIDs(conn.TypeMap())
		return nil
	}
	if s.pool, err = pgxpool.NewWithConfig(ctx, pool); err != nil {
		return unreachable(pool.ConnConfig, err)
	}
	if err := s.pooler.detect(ctx, s.pool); err != nil {
		return unreachable(pool.ConnConfig, err)
	}
	s.sql = stdlib.OpenDBFromPool(s.pool)
	cfg.Logger.Debug("connected to the database", zap.String("host", pool.ConnConfig.Host),
		zap.String("database", pool.ConnConfig.Database), zap.Int32("max_conns", pool.MaxConns),
		zap.Bool("pooler", s.pooler.found.Load()))
	return nil
}

// parse reads the connection string. For the private cluster it ignores
// PGOPTIONS and the like, which users set for their own servers.
func (s *shared) parse() (*pgxpool.Config, error) {
	if s.cluster != nil {
		return pgcluster.ParsePoolConfig(s.url)
	}
	pool, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		return nil, badURL(err)
	}
	return pool, nil
}

// close closes the pool, then the cluster. Parts that never opened are nil.
func (s *shared) close(ctx context.Context) error {
	var errs []error
	if s.sql != nil {
		errs = append(errs, s.sql.Close())
	}
	if s.pool != nil {
		errs = append(errs, closePool(ctx, s.pool))
	}
	if s.cluster != nil {
		errs = append(errs, s.cluster.Close(ctx))
	}
	return errors.Join(errs...)
}

// closePool waits for connections in use until ctx ends, so that a caller that
// never returns one does not keep the process from ending.
func closePool(ctx context.Context, pool *pgxpool.Pool) error {
	closed := make(chan struct{})
	go func() { pool.Close(); close(closed) }()
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("pgpool: connections were still in use when the pool was closed: %w", context.Cause(ctx))
	}
}
