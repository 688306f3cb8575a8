package sql

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
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
}

var _ dialect.Driver = (*driver)(nil)

// poolDriver runs each statement on any connection of the pool.
func poolDriver(pool *stdsql.DB) *driver {
	return &driver{
		Conn:    entsql.Conn{ExecQuerier: pool},
		retries: true,
		begin: func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
			var began *stdsql.Tx
			err := again(ctx, func() (err error) { began, err = pool.BeginTx(ctx, options); return err })
			if err != nil {
				return nil, err
			}
			return &tx{conn: began, end: began}, nil
		},
	}
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
	return entTx{began.driver(), began}, nil
}

// Close does nothing: the pool belongs to the adapter, and a plugin that
// closes its client must not close it for all.
func (d *driver) Close() error { return nil }

// Dialect implements dialect.Driver.
func (d *driver) Dialect() string { return dialect.Postgres }

// tx is a transaction, or from depth 1 on a savepoint in one.
type tx struct {
	conn  *stdsql.Tx
	depth int
	end   interface {
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
			return &tx{conn: t.conn, depth: t.depth + 1, end: point}, nil
		},
	}
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
