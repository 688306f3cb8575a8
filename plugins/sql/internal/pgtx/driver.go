package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Driver is the dialect.Driver of the ent clients of core and of plugins, on the
// pool or on one transaction. All clients share the transaction, where each of
// ent's own drivers would begin one, and a transaction inside a transaction is a
// savepoint, so that neither its commit nor its rollback is silently ignored.
type Driver struct {
	entsql.Conn
	// inTx is true for the driver of a transaction: see InTx.
	inTx  bool
	begin func(ctx context.Context, options *stdsql.TxOptions) (*tx, error)
	// withConn implements WithConn, and withBorrowed implements Borrow.
	withConn, withBorrowed func(ctx context.Context, do func(conn *pgx.Conn) error) error
}

var _ dialect.Driver = (*Driver)(nil)

// NewDriver returns a driver that runs each statement on any connection of a
// pool: ent's through database/sql, hand-written ones directly.
func NewDriver(pool *stdsql.DB, direct *pgxpool.Pool) *Driver {
	onPgx := func(ctx context.Context, do func(conn *pgx.Conn) error) error {
		conn, err := direct.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		return do(conn.Conn())
	}
	return &Driver{
		Conn: entsql.Conn{ExecQuerier: pool},
		begin: func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
			var began *tx
			err := retry(ctx, func() (err error) { began, err = beginTx(ctx, pool, options); return err })
			return began, err
		},
		withConn: onPgx,
		withBorrowed: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			return onPgx(ctx, func(conn *pgx.Conn) error { return checkReturned(conn, do, 'I') })
		},
	}
}

// InTx reports whether statements are part of a caller's transaction: none can be
// sent again on another connection, and one that fails aborts the others.
func (d *Driver) InTx() bool { return d.inTx }

// RunTx calls do with the driver of a new transaction, or of a savepoint if d is
// a transaction already. It commits if do returns nil, and rolls back if do
// returns an error or panics.
func (d *Driver) RunTx(ctx context.Context, do func(tx *Driver) error) (err error) {
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
	return markDeletion(query, d.Conn.Exec(ctx, query, value.SanitizeArgs(args), v))
}

// Query implements dialect.Driver. Only a SELECT is retried: ent uses Query for
// inserts with RETURNING as well.
func (d *Driver) Query(ctx context.Context, query string, args, v any) error {
	ask := func() error { return markDeletion(query, d.Conn.Query(ctx, query, value.SanitizeArgs(args), v)) }
	if !d.InTx() && strings.HasPrefix(query, "SELECT ") {
		return retry(ctx, ask)
	}
	return ask()
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
