package sql

import (
	"context"
	stdsql "database/sql"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/plugins/sql/internal/badrow"
	"github.com/elizago/elizago/plugins/sql/internal/identity"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/runs"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Database implements core.Database on the connection pool, or on one
// transaction of it.
type Database struct {
	runStore
	identityStore

	pool             *stdsql.DB
	driver           *pgtx.Driver
	client           *ent.Client
	box              *secretBox
	program          string // Config.Program
	planner          *search.Planner
	indexer          *indexer
	committer        *groupCommitter
	checkedCommitter *groupCommitter // of what is compared first, which may take long
	badRows          *badrow.Reporter
	clock            *value.Clock
}

var _ core.Database = (*Database)(nil)

// runStore has the methods of core.RunStore.
type runStore = runs.Store

// identityStore has the method of core.IdentityStore.
type identityStore = identity.Store

func newDatabase(pool *stdsql.DB, driver *pgtx.Driver, box *secretBox, log *zap.Logger) *Database {
	d := &Database{
		pool: pool, box: box, planner: search.NewPlanner(), committer: newGroupCommitter(), checkedCommitter: newGroupCommitter(),
		badRows: badrow.NewReporter(log), clock: &value.Clock{},
	}
	return d.on(driver)
}

// on returns the database bound to another driver.
func (d *Database) on(driver *pgtx.Driver) *Database {
	bound := *d
	bound.driver = driver
	bound.identityStore = identity.New(driver)
	bound.runStore = runs.New(driver, bound.encodeMessage)
	bound.client = ent.NewClient(ent.Driver(badrow.NewDriver(driver, jsonColumns, d.badRows)))
	return &bound
}

// jsonColumns are the JSON columns that ent reads, but for memories, which it
// does not. A column of one name has the same type in all of core's tables.
var jsonColumns = map[string]badrow.Decode{
	"metadata": badrow.Object, "data": badrow.Object, "body": badrow.Object, "settings": badrow.Object,
	"raw_message": badrow.Any, "style": badrow.As[core.Style], "bio": badrow.As[core.Lines],
	"message_examples": badrow.As[[][]core.ExampleLine], "knowledge": badrow.As[[]core.Knowledge],
	"post_examples": badrow.As[[]string], "topics": badrow.As[[]string], "adjectives": badrow.As[[]string], "plugins": badrow.As[[]string],
}

// Driver implements core.Database.
func (d *Database) Driver() dialect.Driver { return d.driver.ForPlugins() }

// Pool implements core.Database.
func (d *Database) Pool() *stdsql.DB { return d.pool }

// InTx implements core.Database.
func (d *Database) InTx(ctx context.Context, do func(tx core.Database) error) error {
	return d.driver.RunTx(ctx, func(tx *pgtx.Driver) error { return do(d.on(tx)) })
}

// Pgx implements core.Database.
func (d *Database) Pgx(ctx context.Context, do func(conn *pgx.Conn) error) error {
	failed := false
	err := d.driver.Borrow(ctx, func(conn *pgx.Conn) error {
		err := do(conn)
		failed = err != nil
		return err
	})
	if failed {
		return err
	}
	return pgtx.Explain("could not use a connection of pgx", err)
}
