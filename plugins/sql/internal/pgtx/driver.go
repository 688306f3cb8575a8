package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Driver is the dialect.Driver of the ent clients of core and of plugins, on the
// pool or on one transaction. All clients share the transaction, where each of
// ent's own drivers would begin one, and a transaction inside a transaction is a
// savepoint, so that neither its commit nor its rollback is silently ignored.
type Driver struct {
	entsql.Conn
	// pool makes calls again that did not reach the server.
	pool *pgpool.DB
	// inTx is true for the driver of a transaction: see InTx.
	inTx bool
	// ofPlugin is true for a driver whose statements are not elizago's: see
	// ForPlugins.
	ofPlugin bool
	begin    func(ctx context.Context, options *stdsql.TxOptions) (*tx, error)
	// withConn implements WithConn, and withBorrowed implements Borrow.
	withConn, withBorrowed func(ctx context.Context, do func(conn *pgx.Conn) error) error
}

var _ dialect.Driver = (*Driver)(nil)

// NewDriver returns a driver that runs each statement on any connection of a
// pool: ent's through database/sql, hand-written ones directly. A statement
// whose context has no deadline has the pool's limit.
func NewDriver(pool *pgpool.DB) *Driver { return newDriver(pool, true) }

// Unlimited returns a driver of the same pool whose statements have no limit,
// for those that may take long. Of a transaction, it returns the driver itself.
func (d *Driver) Unlimited() *Driver {
	if d.inTx {
		return d
	}
	return newDriver(d.pool, false)
}

// ForPlugins returns the driver for the clients of plugins. A query of theirs may
// call a function that writes, so it is sent again only if it has certainly not
// arrived, or the context says that it may be: see core.Retry.
func (d *Driver) ForPlugins() *Driver {
	if d.inTx {
		return d
	}
	own := *d
	own.ofPlugin = true
	return &own
}

func newDriver(pool *pgpool.DB, limited bool) *Driver {
	db := pool.SQL()
	if limited {
		db = pool.Limited()
	}
	return &Driver{
		Conn: entsql.Conn{ExecQuerier: db},
		pool: pool,
		begin: func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
			var began *tx
			err := pool.Do(ctx, pgpool.Always, func() (err error) { began, err = beginTx(ctx, db, options); return err })
			return began, err
		},
		withConn: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			conn, err := pool.Pool().Acquire(ctx)
			if err != nil {
				return err
			}
			defer conn.Release()
			if limited {
				pgpool.Limit(conn.Conn())
			}
			return do(conn.Conn())
		},
		withBorrowed: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			var conn *pgxpool.Conn
			if err := pool.Do(ctx, pgpool.Always, func() (err error) { conn, err = pool.Pool().Acquire(ctx); return err }); err != nil {
				return err
			}
			defer conn.Release()
			pgpool.Lend(conn.Conn())
			return checkReturned(conn.Conn(), do, 'I')
		},
	}
}

// InTx reports whether statements are part of a caller's transaction: none can be
// sent again on another connection, and one that fails aborts the others.
func (d *Driver) InTx() bool { return d.inTx }

// RunTx calls do with the driver of a new transaction, or of a savepoint if d is
// a transaction already. It commits if do returns nil, and rolls back if do
// returns an error or panics. If the context allows it (see core.Retry), a
// transaction that was lost, or conflicted with another one, is run again.
func (d *Driver) RunTx(ctx context.Context, do func(tx *Driver) error) error {
	if d.inTx {
		return d.runTx(ctx, do)
	}
	began := false
	run := func() error {
		began = false
		err := d.runTx(ctx, func(tx *Driver) error { began = true; return do(tx) })
		if pgerr.PlanChanged(err) {
			d.pool.ForgetPlans()
		}
		return err
	}
	err := run()
	if err == nil || !core.MayRetry(ctx) {
		return err
	}
	// One that could not begin has waited as long as it may.
	for retry, start := 1, time.Now(); began && repeatable(err) && d.pool.Pause(ctx, retry, start, !errors.Is(err, core.ErrUnavailable)); retry++ {
		err = run()
	}
	return err
}

// repeatable reports whether a transaction can be run again.
func repeatable(err error) bool {
	return errors.Is(err, core.ErrUnavailable) || pgerr.Conflict(err) || pgerr.PlanChanged(err)
}

// runTx is RunTx, once.
func (d *Driver) runTx(ctx context.Context, do func(tx *Driver) error) (err error) {
	tx, err := d.begin(ctx, nil)
	if err != nil {
		return Explain("could not begin a transaction", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		// do failed or panics, perhaps because the context ended: the rollback
		// must not depend on it, and database/sql's does not.
		rollback := tx.Rollback()
		if rollback != nil && !nothingToRollBack(rollback) {
			err = errors.Join(err, fmt.Errorf("sql: could not roll back: %w", rollback))
		}
	}()
	if err := do(scoped(tx)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return Explain("could not commit", err)
	}
	done = true
	if err := tx.Commit(); err != nil {
		return Explain("could not commit", explainDeferred(err))
	}
	return nil
}

// WithConn calls do with a pgx connection, for what database/sql does not offer:
// COPY, and several statements in one round trip. In a transaction it is the
// transaction's connection. do has it exclusively; it must not keep it, nor begin
// or end a transaction that it has not begun itself. Nothing is retried.
func (d *Driver) WithConn(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.withConn(ctx, do)
}

// Borrow is WithConn for code that is not elizago's: it returns an error if do
// leaves the connection in another state than it got it in.
func (d *Driver) Borrow(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.withBorrowed(ctx, do)
}

// Exec implements dialect.Driver.
func (d *Driver) Exec(ctx context.Context, query string, args, v any) error {
	return d.again(ctx, false, func() error {
		return markDeletion(query, d.Conn.Exec(ctx, query, value.SanitizeArgs(args), v))
	})
}

// Query implements dialect.Driver. Only a SELECT may be sent again if it has
// perhaps arrived: ent uses Query for inserts with RETURNING as well.
func (d *Driver) Query(ctx context.Context, query string, args, v any) error {
	return d.again(ctx, !d.ofPlugin && strings.HasPrefix(query, "SELECT "), func() error {
		return markDeletion(query, d.Conn.Query(ctx, query, value.SanitizeArgs(args), v))
	})
}

// again calls send, and again if nothing has arrived, or if the statement only
// reads, or its caller says that it may be repeated: then also after a conflict
// with another transaction. In a transaction it calls send once.
func (d *Driver) again(ctx context.Context, reads bool, send func() error) error {
	if d.inTx {
		return send()
	}
	if err := d.pool.Ready(ctx); err != nil {
		return err
	}
	err := send()
	repeat := pgpool.Unsent
	if err != nil && (reads || core.MayRetry(ctx)) {
		repeat = pgpool.Always
	}
	err = d.pool.Again(ctx, repeat, err, send)
	for retry, start := 1, time.Now(); err != nil && core.MayRetry(ctx) && pgerr.Conflict(err) && d.pool.Pause(ctx, retry, start, true); retry++ {
		err = d.pool.Again(ctx, pgpool.Always, send(), send)
	}
	return err
}

// Tx implements dialect.Driver.
func (d *Driver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx begins a transaction, or a savepoint inside one, for ent's
// Client.BeginTx. A savepoint takes no options.
func (d *Driver) BeginTx(ctx context.Context, options *stdsql.TxOptions) (dialect.Tx, error) {
	began, err := d.begin(ctx, options)
	if err != nil {
		return nil, err
	}
	return entTx{scoped(began), began}, nil
}

// Close does nothing: the pool belongs to the adapter, and a plugin that closes
// its client must not close the pool.
func (d *Driver) Close() error { return nil }

// Dialect implements dialect.Driver.
func (d *Driver) Dialect() string { return dialect.Postgres }
