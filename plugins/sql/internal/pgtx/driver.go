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

// Driver is what ent clients of core and of plugins run on: the pool, or one
// transaction. ent's own driver would not do, because its clients each begin
// transactions of their own; here they all share one, and a transaction inside
// a transaction is a savepoint, so that neither its commit nor its rollback
// silently does nothing.
type Driver struct {
	entsql.Conn
	// inTx says that this is a transaction: see inTx.
	inTx  bool
	begin func(ctx context.Context, options *stdsql.TxOptions) (*tx, error)
	// withConn hands over pgx's own connection, in a transaction the one of the
	// transaction: see onPgx. lend does so for somebody else's do: see lend.
	withConn, withBorrowed func(ctx context.Context, do func(conn *pgx.Conn) error) error
}

var _ dialect.Driver = (*Driver)(nil)

// NewDriver runs each statement on any connection of a pool, which ent uses
// through database/sql, and statements by hand do not.
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

// InTx says that statements are part of a transaction of the caller's: none can
// be asked again on another connection, and one that fails spoils the others.
func (d *Driver) InTx() bool { return d.inTx }

// RunTx calls do with a driver of a new transaction, or of a savepoint in the
// one that d is of. It commits when do returns nil, and rolls back when do
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
		// do failed or panics. The context may be what failed it, so the
		// rollback must not depend on it; database/sql's does not.
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

// WithConn calls do with pgx's own connection, for what database/sql has no word
// for: COPY, and several statements in one round trip. Inside InTx it is the
// transaction's, and its statements are part of it. do has the connection
// alone; it must not keep it, nor begin or end a transaction that it has not
// begun itself. Nothing is retried.
func (d *Driver) WithConn(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.withConn(ctx, do)
}

// Borrow is onPgx for code that is not elizago's: it returns an error if do has
// left the connection in another state than it got it in.
func (d *Driver) Borrow(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.withBorrowed(ctx, do)
}

// Exec implements dialect.Driver.
func (d *Driver) Exec(ctx context.Context, query string, args, v any) error {
	return markDeletion(query, d.Conn.Exec(ctx, query, value.SanitizeArgs(args), v))
}

// Query implements dialect.Driver. ent uses it for inserts with RETURNING as
// well, which must not be sent twice.
func (d *Driver) Query(ctx context.Context, query string, args, v any) error {
	ask := func() error { return markDeletion(query, d.Conn.Query(ctx, query, value.SanitizeArgs(args), v)) }
	if !d.InTx() && strings.HasPrefix(query, "SELECT ") {
		return retry(ctx, ask)
	}
	return ask()
}

// Tx implements dialect.Driver.
func (d *Driver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx is what ent's Client.BeginTx looks for. Options are those of the
// outermost transaction; for a savepoint they are an error.
func (d *Driver) BeginTx(ctx context.Context, options *stdsql.TxOptions) (dialect.Tx, error) {
	began, err := d.begin(ctx, options)
	if err != nil {
		return nil, err
	}
	return entTx{scoped(began), began}, nil
}

// Close does nothing: the pool belongs to the adapter, and a plugin that
// closes its client must not close it for all.
func (d *Driver) Close() error { return nil }

// Dialect implements dialect.Driver.
func (d *Driver) Dialect() string { return dialect.Postgres }
