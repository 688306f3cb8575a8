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
	"github.com/jackc/pgx/v5/stdlib"
)

// driver is what ent clients of core and of plugins run on: the pool, or one
// transaction. ent's own driver would not do, because its clients each begin
// transactions of their own; here they all share one, and a transaction inside
// a transaction is a savepoint, so that neither its commit nor its rollback
// silently does nothing.
type driver struct {
	entsql.Conn
	// retries says that a query may be asked again on another connection.
	retries bool
	begin   func(ctx context.Context, options *stdsql.TxOptions) (*tx, error)
	// pgx hands over pgx's own connection, in a transaction the one of the
	// transaction: see onPgx.
	pgx func(ctx context.Context, do func(conn *pgx.Conn) error) error
}

var _ dialect.Driver = (*driver)(nil)

// poolDriver runs each statement on any connection of the pool.
func poolDriver(pool *stdsql.DB) *driver {
	return &driver{
		Conn:    entsql.Conn{ExecQuerier: pool},
		retries: true,
		begin: func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
			var began *tx
			err := again(ctx, func() (err error) { began, err = beginOn(ctx, pool, options); return err })
			return began, err
		},
		pgx: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			conn, err := pool.Conn(ctx)
			if err != nil {
				return err
			}
			return errors.Join(raw(conn, do), conn.Close())
		},
	}
}

// beginOn begins a transaction on a connection that stays known, so that what
// database/sql has no word for can be done in it.
func beginOn(ctx context.Context, pool *stdsql.DB, options *stdsql.TxOptions) (*tx, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	began, err := conn.BeginTx(ctx, options)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	// A transaction whose context ends is rolled back by database/sql, also
	// when nobody calls Rollback. The connection must come back then, too;
	// Close waits for the rollback.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return &tx{conn: began, session: conn, end: pooledTx{began, conn, stop}}, nil
}

// raw calls do with pgx's connection below one of database/sql's.
func raw(conn *stdsql.Conn, do func(conn *pgx.Conn) error) error {
	return conn.Raw(func(driverConn any) error {
		return do(driverConn.(*stdlib.Conn).Conn())
	})
}

// onPgx calls do with pgx's own connection, for what database/sql has no word
// for: COPY, and several statements in one round trip. Inside InTx it is the
// transaction's, and its statements are part of it. do has the connection
// alone; it must not keep it, nor begin or end a transaction that it has not
// begun itself. Nothing is retried.
func (d *driver) onPgx(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return d.pgx(ctx, do)
}

// Exec implements dialect.Driver.
func (d *driver) Exec(ctx context.Context, query string, args, v any) error {
	return d.Conn.Exec(ctx, query, storable(args), v)
}

// Query implements dialect.Driver. ent uses it for inserts with RETURNING as
// well, which must not be sent twice.
func (d *driver) Query(ctx context.Context, query string, args, v any) error {
	ask := func() error { return d.Conn.Query(ctx, query, storable(args), v) }
	if d.retries && strings.HasPrefix(query, "SELECT ") {
		return again(ctx, ask)
	}
	return ask()
}

// Tx implements dialect.Driver.
func (d *driver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx is what ent's Client.BeginTx looks for. Options are those of the
// outermost transaction; a savepoint has none.
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

// tx is a transaction, or from depth 1 on a savepoint in one.
type tx struct {
	conn    *stdsql.Tx
	session *stdsql.Conn // the connection that conn is on
	depth   int
	end     interface {
		Commit() error
		Rollback() error
	}
}

func (t *tx) Commit() error   { return t.end.Commit() }
func (t *tx) Rollback() error { return t.end.Rollback() }

// driver runs statements in the transaction.
func (t *tx) driver() *driver {
	return &driver{
		Conn: entsql.Conn{ExecQuerier: t.conn},
		begin: func(ctx context.Context, _ *stdsql.TxOptions) (*tx, error) {
			// Savepoints of one depth never overlap, so the depth names them.
			point := savepoint{t.conn, fmt.Sprintf("elizago_%d", t.depth+1)}
			if err := point.exec(ctx, "SAVEPOINT "+point.name); err != nil {
				return nil, err
			}
			return &tx{conn: t.conn, session: t.session, depth: t.depth + 1, end: point}, nil
		},
		pgx: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			return raw(t.session, func(conn *pgx.Conn) error {
				// Where the transaction has ended (its context was cancelled),
				// a statement would be one of its own and stay.
				if conn.PgConn().TxStatus() == 'I' {
					return stdsql.ErrTxDone
				}
				return do(conn)
			})
		},
	}
}

// pooledTx gives its connection back when it ends.
type pooledTx struct {
	tx   *stdsql.Tx
	conn *stdsql.Conn
	stop func() bool
}

func (t pooledTx) Commit() error {
	defer t.close()
	return t.tx.Commit()
}

func (t pooledTx) Rollback() error {
	defer t.close()
	return t.tx.Rollback()
}

// close returns the connection. That it was returned already is no news: the
// context may have ended first.
func (t pooledTx) close() {
	t.stop()
	_ = t.conn.Close()
}

// savepoint commits and rolls back like a transaction.
type savepoint struct {
	conn *stdsql.Tx
	name string
}

func (s savepoint) Commit() error {
	return s.exec(context.Background(), "RELEASE SAVEPOINT "+s.name)
}

func (s savepoint) Rollback() error {
	return s.exec(context.Background(), "ROLLBACK TO SAVEPOINT "+s.name+"; RELEASE SAVEPOINT "+s.name)
}

func (s savepoint) exec(ctx context.Context, statement string) error {
	_, err := s.conn.ExecContext(ctx, statement)
	return err
}

// entTx is a transaction as ent's builders want it.
type entTx struct {
	*driver
	tx *tx
}

func (t entTx) Commit() error   { return t.tx.Commit() }
func (t entTx) Rollback() error { return t.tx.Rollback() }
