package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
)

// Database implements core.Database on the connection pool, or on one
// transaction of it.
type Database struct {
	pool     *stdsql.DB
	driver   *driver
	client   *ent.Client
	box      *secretBox
	planner  *searchPlanner
	indexer  *indexer
	gatherer *gatherer
	comparer *gatherer // of what is compared first, which may take long
}

var _ core.Database = (*Database)(nil)

func newDatabase(pool *stdsql.DB, direct *pgxpool.Pool, box *secretBox) *Database {
	d := &Database{pool: pool, box: box, planner: newSearchPlanner(), gatherer: newGatherer(), comparer: newGatherer()}
	return d.on(poolDriver(pool, direct))
}

// on returns the same database on another driver.
func (d *Database) on(driver *driver) *Database {
	bound := *d
	bound.driver = driver
	bound.client = ent.NewClient(ent.Driver(driver))
	return &bound
}

// Driver implements core.Database.
func (d *Database) Driver() dialect.Driver { return d.driver }

// Pool implements core.Database.
func (d *Database) Pool() *stdsql.DB { return d.pool }

// InTx implements core.Database.
func (d *Database) InTx(ctx context.Context, do func(tx core.Database) error) (err error) {
	tx, err := d.driver.begin(ctx, nil)
	if err != nil {
		return explain("could not begin a transaction", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		// do failed or panics. The context may be what failed it, so the
		// rollback must not depend on it; database/sql's does not.
		rollback := tx.Rollback()
		if rollback != nil && !nothingLeft(rollback) {
			err = errors.Join(err, fmt.Errorf("sql: could not roll back: %w", rollback))
		}
	}()
	if err := do(d.on(scoped(tx))); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return explain("could not commit", err)
	}
	done = true
	if err := tx.Commit(); err != nil {
		return explain("could not commit", unmet(err))
	}
	return nil
}
