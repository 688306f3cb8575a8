package sql

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgconn"
)

// Adapter opens the database of a program. It implements core.Adapter.
type Adapter struct {
	config Config
	conn   *pgconn.DB
	sweep  *sweeper
	index  *indexer
}

var _ core.Adapter = (*Adapter)(nil)

// Name implements core.Adapter.
func (a *Adapter) Name() string { return "PostgreSQL" }

// AllowsDestructiveMigrations says whether a start may apply changes of the
// schema that lose data. The runtime asks it before it migrates.
func (a *Adapter) AllowsDestructiveMigrations() bool { return a.config.AllowDestructiveMigrations }

// Open implements core.Adapter.
func (a *Adapter) Open(ctx context.Context) (core.Database, error) {
	box, err := newSecretBox(a.config.SecretSalt)
	if err != nil {
		return nil, err
	}
	conn, err := pgconn.Open(ctx, a.config.connection())
	if err != nil {
		return nil, err
	}
	a.conn = conn
	a.sweep = startSweeper(conn.SQL(), a.config.LogRetention, a.config.Logger)
	a.index = startIndexer(conn.SQL(), a.config.Logger)
	db := newDatabase(conn.SQL(), box)
	db.indexer = a.index
	return db, nil
}

// Close implements core.Adapter.
func (a *Adapter) Close(ctx context.Context) error {
	if a.conn == nil {
		return nil
	}
	return errors.Join(a.index.stop(ctx), a.sweep.stop(ctx), a.conn.Close(ctx))
}
