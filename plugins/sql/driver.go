package sql

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

// driver is what ent clients of core and of plugins run on: the pool, or one
// transaction. ent's own driver would not do, because its clients each begin
// transactions of their own; here they all share one, and a transaction inside
// a transaction is a savepoint, so that neither its commit nor its rollback
// silently does nothing.
type driver struct {
	entsql.Conn
	// within says that this is a transaction: see inTx.
	within bool
	begin  func(ctx context.Context, options *stdsql.TxOptions) (*tx, error)
	// pgx hands over pgx's own connection, in a transaction the one of the
	// transaction: see onPgx. lend does so for somebody else's do: see lend.
	pgx, lend func(ctx context.Context, do func(conn *pgx.Conn) error) error
}

var _ dialect.Driver = (*driver)(nil)

// poolDriver runs each statement on any connection of a pool, which ent uses
// through database/sql, and statements by hand do not.
func poolDriver(pool *stdsql.DB, direct *pgxpool.Pool) *driver {
	onPgx := func(ctx context.Context, do func(conn *pgx.Conn) error) error {
		conn, err := direct.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		return do(conn.Conn())
	}
	return &driver{
		Conn: entsql.Conn{ExecQuerier: pool},
		begin: func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
			var began *tx
			err := again(ctx, func() (err error) { began, err = beginOn(ctx, pool, options); return err })
			return began, err
		},
		pgx: onPgx,
		lend: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			return onPgx(ctx, func(conn *pgx.Conn) error { return lent(conn, do, 'I') })
		},
	}
}

// inTx says that statements are part of a transaction of the caller's: none can
// be asked again on another connection, and one that fails spoils the others.
func (d *driver) inTx() bool { return d.within }

// runTx calls do with a driver of a new transaction, or of a savepoint in the
// one that d is of. It commits when do returns nil, and rolls back when do
// returns an error or panics.
func (d *driver) runTx(ctx context.Context, do func(tx *driver) error) (err error) {
	tx, err := d.begin(ctx, nil)
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
	if err := do(scoped(tx)); err != nil {
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

// onPgx calls do with pgx's own connection, for what database/sql has no word
// for: COPY, and several statements in one round trip. Inside InTx it is the
// transaction's, and its statements are part of it. do has the connection
// alone; it must not keep it, nor begin or end a transaction that it has not
// begun itself. Nothing is retried.
func (d *driver) onPgx(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.pgx(ctx, do)
}

// borrow is onPgx for code that is not elizago's: it returns an error if do has
// left the connection in another state than it got it in.
func (d *driver) borrow(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.lend(ctx, do)
}

// Exec implements dialect.Driver.
func (d *driver) Exec(ctx context.Context, query string, args, v any) error {
	return blame(query, d.Conn.Exec(ctx, query, value.SanitizeArgs(args), v))
}

// Query implements dialect.Driver. ent uses it for inserts with RETURNING as
// well, which must not be sent twice.
func (d *driver) Query(ctx context.Context, query string, args, v any) error {
	ask := func() error { return blame(query, d.Conn.Query(ctx, query, value.SanitizeArgs(args), v)) }
	if !d.inTx() && strings.HasPrefix(query, "SELECT ") {
		return again(ctx, ask)
	}
	return ask()
}

// Tx implements dialect.Driver.
func (d *driver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx is what ent's Client.BeginTx looks for. Options are those of the
// outermost transaction; for a savepoint they are an error.
func (d *driver) BeginTx(ctx context.Context, options *stdsql.TxOptions) (dialect.Tx, error) {
	began, err := d.begin(ctx, options)
	if err != nil {
		return nil, err
	}
	return entTx{scoped(began), began}, nil
}

// Close does nothing: the pool belongs to the adapter, and a plugin that
// closes its client must not close it for all.
func (d *driver) Close() error { return nil }

// Dialect implements dialect.Driver.
func (d *driver) Dialect() string { return dialect.Postgres }
