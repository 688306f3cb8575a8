package pgpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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
	health  *health
	limits  *limits

	sql        *sql.DB
	limitedSQL *sql.DB // its statements have a limit
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
	if cfg.URL != "" {
		if s.url, err = usableURL(cfg); err != nil {
			return err
		}
	} else {
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

// usableURL returns the connection string as pgx takes it, and logs what is
// passed over.
func usableURL(cfg Config) (string, error) {
	clean, ignored, err := cleanURL(cfg.URL)
	if err != nil {
		return "", badURL(err)
	}
	if len(ignored) > 0 {
		cfg.Logger.Warn("parameters of POSTGRES_URL that are not PostgreSQL's are passed over", zap.Strings("parameters", ignored))
	}
	return clean, nil
}

func (s *shared) connect(ctx context.Context, cfg Config) error {
	pool, err := s.parse()
	if err != nil {
		return err
	}
	pool.MaxConns = int32(min(cfg.MaxConns, 1<<20))
	pool.MaxConnIdleTime = cfg.IdleTimeout
	pool.ConnConfig.ConnectTimeout = cfg.ConnectTimeout
	pool.ConnConfig.DialFunc = newDialer().DialContext
	if _, named := pool.ConnConfig.RuntimeParams["application_name"]; !named {
		pool.ConnConfig.RuntimeParams["application_name"] = "elizago"
	}
	// Roles and databases can have another encoding by default, in which texts
	// would be stored twice encoded.
	pool.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
	s.health, s.limits = newHealth(cfg), newLimits(cfg.StatementTimeout)
	s.health.forget = s.limits.forget
	s.trace(pool, cfg)
	s.pooler.watch(s.url)
	if s.pool, err = pgxpool.NewWithConfig(ctx, pool); err != nil {
		return unreachable(pool.ConnConfig, err)
	}
	s.health.ping = func(ctx context.Context) error { return ping(ctx, pool.ConnConfig) }
	if err := s.inspect(ctx, pool.ConnConfig); err != nil {
		return err
	}
	connector := stdlib.GetPoolConnector(s.pool)
	s.sql, s.limitedSQL = openSQL(named{connector, false}), openSQL(named{connector, true})
	cfg.Logger.Debug("connected to the database", zap.String("host", pool.ConnConfig.Host),
		zap.String("database", pool.ConnConfig.Database), zap.Int32("max_conns", pool.MaxConns),
		zap.Bool("pooler", s.pooler.found.Load()))
	return nil
}

// inspect connects, and looks at what is there.
func (s *shared) inspect(ctx context.Context, cfg *pgx.ConnConfig) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return unreachable(cfg, err)
	}
	defer conn.Release()
	if err := checkEncoding(cfg, conn.Conn()); err != nil {
		return err
	}
	if err := s.pooler.detect(ctx, s.pool, conn); err != nil {
		return unreachable(cfg, err)
	}
	return nil
}

// checkEncoding refuses a database that cannot store every text. The server
// reports its encoding when a client connects.
func checkEncoding(cfg *pgx.ConnConfig, conn *pgx.Conn) error {
	if is := conn.PgConn().ParameterStatus("server_encoding"); is != "" && is != "UTF8" {
		return fmt.Errorf("pgpool: the database %q is in %s, in which not every text can be stored: create one in UTF8 "+
			"(%s --template=template0 --encoding=UTF8 NAME) and name that in POSTGRES_URL", cfg.Database, is, createdb(cfg))
	}
	return nil
}

// openSQL returns a pool of database/sql that keeps no connections of its own.
func openSQL(connector driver.Connector) *sql.DB {
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(0)
	return db
}

// trace makes the pool report what happens to its connections.
func (s *shared) trace(pool *pgxpool.Config, cfg Config) {
	gate := &gate{}
	line := newLine(func() bool { return s.pool.Stat().IdleConns() > 0 || gate.due() })
	s.health.reopen = gate.again
	pool.ConnConfig.Tracer = &acquiring{most: cfg.Retry.ConnectionWait, size: int64(pool.MaxConns), limits: s.limits, gate: gate, line: line}
	pool.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false } // see usable
	pool.BeforeConnect = func(_ context.Context, config *pgx.ConnConfig) error {
		if err := gate.pass(min(config.ConnectTimeout, longestAttempt)); err != nil {
			return err
		}
		s.pooler.apply(config)
		newSession(s.limits, config)
		return nil
	}
	pool.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		gate.open()
		session := sessionOf(conn)
		session.socket.open(conn.PgConn().Conn())
		session.idle.Store(s.limits.now())
		s.limits.add(session)
		registerIDs(conn.TypeMap())
		return nil
	}
	pool.BeforeClose = func(conn *pgx.Conn) {
		if session := sessionOf(conn); session != nil {
			s.limits.remove(session)
		}
	}
	pool.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		if !sessionOf(conn).usable(ctx, s.pool, conn) {
			return false, nil
		}
		s.vectors.register(ctx, conn)
		return true, nil
	}
}

// ping connects, and sends a statement: a pooler may answer without a server.
func ping(ctx context.Context, cfg *pgx.ConnConfig) error {
	conn, err := pgconn.ConnectConfig(ctx, &cfg.Config)
	if err != nil {
		return err
	}
	return errors.Join(conn.Ping(ctx), conn.Close(ctx))
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
	if s.health != nil {
		s.health.stop()
	}
	if s.sql != nil {
		errs = append(errs, s.sql.Close(), s.limitedSQL.Close())
	}
	if s.pool != nil {
		errs = append(errs, closePool(ctx, s.pool))
	}
	if s.limits != nil {
		s.limits.close()
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
