package sql

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// Adapter opens the database of a program. It implements core.Adapter.
type Adapter struct {
	config     Config
	conn       *pgpool.DB // nil: not open
	db         *Database
	background []*background.Task
}

var (
	_ core.Adapter        = (*Adapter)(nil)
	_ core.ServerControl  = (*Adapter)(nil)
	_ core.HealthReporter = (*Adapter)(nil)
	_ core.Checker        = (*Adapter)(nil)
)

// Name implements core.Adapter.
func (a *Adapter) Name() string { return "PostgreSQL" }

// Inspect implements core.Adapter. It does not connect to a server at
// Config.URL.
func (a *Adapter) Inspect(ctx context.Context) (core.DatabaseStatus, error) {
	if a.config.URL != "" {
		return core.DatabaseStatus{Location: "POSTGRES_URL", Exists: true, Ready: true}, nil
	}
	found, err := pgcluster.Inspect(ctx, a.config.connection().Cluster)
	return core.DatabaseStatus{
		Location: a.config.DataDir, Exists: found.DataVersion != 0, Ready: found.Ready,
		Cluster: &core.ClusterStatus{
			Directory: found.Dir, Setting: "PGLITE_DATA_DIR",
			DataVersion: found.DataVersion, ServerVersion: found.ServerVersion, Binaries: found.Bin,
			Running: found.Running, PID: found.PID, Users: found.Users, SocketDir: found.SocketDir, Log: found.Log,
		},
	}, err
}

// Open implements core.Adapter. It returns an error if the adapter is open; after
// Close it can be opened again.
func (a *Adapter) Open(ctx context.Context) (core.Database, error) {
	if a.conn != nil {
		return nil, errors.New("sql: the database is open already: close the adapter first, or make another one with New")
	}
	box, err := newSecretBox(a.config.SecretSalt)
	if err != nil {
		return nil, err
	}
	conn, err := pgpool.Open(ctx, a.config.connection())
	var away *pgpool.AwayError
	switch {
	case errors.As(err, &away) && ctx.Err() == nil:
		return nil, pgtx.Unavailable(err)
	case err != nil:
		return nil, err
	}
	db := newDatabase(conn.SQL(), pgtx.NewDriver(conn), box, a.config.Logger)
	db.program = a.config.Program
	db.indexer = newIndexer(db.driver.Unlimited(), a.config.Logger)
	a.conn, a.db = conn, db
	return db, nil
}

// Start implements core.Adapter. It starts the indexing of embeddings, the
// calibration of searches, and the deletion of expired rows.
func (a *Adapter) Start(ctx context.Context) error {
	switch {
	case a.conn == nil:
		return errors.New("sql: the database is not open: call Open, and migrate, before Start")
	case a.background != nil:
		return errors.New("sql: the adapter is started already: call Start once")
	}
	if a.config.SecretSalt != "" && config.WeakSalt(a.config.SecretSalt) {
		a.config.Logger.Warn("SECRET_SALT is weak: it can be guessed from a copy of the database; take a long random text, such as `openssl rand -hex 32` prints, " +
			"and run `secrets rotate` with the present one in SECRET_SALT_OLD")
	}
	db := a.db
	if err := db.readClock(ctx); err != nil {
		a.config.Logger.Debug("the database's clock is read later", zap.Error(err))
	}
	a.background = []*background.Task{
		background.Start(db.indexer.run),
		background.Start(func(ctx context.Context) { db.watchClock(ctx, a.config.Logger) }),
		background.Start(func(ctx context.Context) {
			search.Calibrate(ctx, db.driver.Unlimited(), db.planner, db.memoryShape(), a.config.Logger)
		}),
		background.Start(func(ctx context.Context) {
			runRetention(ctx, db.pool, a.config.LogRetention, a.config.Logger)
		}),
	}
	return nil
}

// Close implements core.Adapter. A second call is a no-op.
func (a *Adapter) Close(ctx context.Context) error {
	if a.conn == nil {
		return nil
	}
	var errs []error
	for _, g := range []*groupCommitter{a.db.committer, a.db.checkedCommitter} {
		errs = append(errs, g.stop(ctx))
	}
	for _, b := range a.background {
		errs = append(errs, b.Stop(ctx))
	}
	errs = append(errs, a.conn.Close(ctx))
	a.conn, a.db, a.background = nil, nil, nil
	return errors.Join(errs...)
}

// Health implements core.HealthReporter.
func (a *Adapter) Health() core.DatabaseHealth {
	if a.conn == nil {
		return core.DatabaseHealth{}
	}
	return core.DatabaseHealth(a.conn.Health())
}

// Stop implements core.ServerControl. It returns an error if Config.URL is set.
func (a *Adapter) Stop(ctx context.Context, force bool) error {
	if a.config.URL != "" {
		return errors.New("POSTGRES_URL names a server that is not ours to stop: unset it to stop the private cluster")
	}
	return pgcluster.Stop(ctx, a.config.connection().Cluster, force)
}

// Installations implements core.ServerControl. The newest comes first.
func (a *Adapter) Installations() []core.Installation {
	var list []core.Installation
	for _, found := range pgcluster.Installations(a.config.BinDir) {
		list = append(list, core.Installation{Version: found.Version, Directory: found.BinDir, HasVector: found.HasVector})
	}
	return list
}
