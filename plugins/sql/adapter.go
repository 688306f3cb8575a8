package sql

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// Adapter opens the database of a program. It implements core.Adapter.
type Adapter struct {
	config     Config
	conn       *pgpool.DB // nil: not open
	db         *Database
	background []*background.Task
}

var _ core.Adapter = (*Adapter)(nil)

// Name implements core.Adapter.
func (a *Adapter) Name() string { return "PostgreSQL" }

// Open implements core.Adapter. To open what is open is an error; after Close it
// can be opened again.
func (a *Adapter) Open(ctx context.Context) (core.Database, error) {
	if a.conn != nil {
		return nil, errors.New("sql: the database is open already: close the adapter first, or make another one with New")
	}
	box, err := newSecretBox(a.config.SecretSalt)
	if err != nil {
		return nil, err
	}
	conn, err := pgpool.Open(ctx, a.config.connection())
	if err != nil {
		return nil, err
	}
	db := newDatabase(conn.SQL(), conn.Pool(), box)
	a.conn, a.db = conn, db
	db.indexer = newIndexer(db.driver, a.config.Logger)
	a.background = []*background.Task{
		background.Start(db.indexer.run),
		background.Start(func(ctx context.Context) { search.Calibrate(ctx, db.driver, db.planner, whole, a.config.Logger) }),
		background.Start(func(ctx context.Context) {
			sweepAgainAndAgain(ctx, conn.SQL(), a.config.LogRetention, a.config.Logger)
		}),
	}
	return db, nil
}

// Close implements core.Adapter. A second call does nothing.
func (a *Adapter) Close(ctx context.Context) error {
	if a.conn == nil {
		return nil
	}
	var errs []error
	for _, g := range []*gatherer{a.db.gatherer, a.db.comparer} {
		errs = append(errs, g.stop(ctx))
	}
	for _, b := range a.background {
		errs = append(errs, b.Stop(ctx))
	}
	errs = append(errs, a.conn.Close(ctx))
	a.conn, a.db, a.background = nil, nil, nil
	return errors.Join(errs...)
}
