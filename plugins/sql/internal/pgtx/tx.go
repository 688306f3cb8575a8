package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
)

// errOptionsInside refuses options that only the outermost transaction can have.
var errOptionsInside = errors.New("a transaction inside another one is a savepoint, and has that one's isolation and access mode: begin it without options")

// beginTx begins a transaction on a connection that it keeps hold of, so that pgx
// can be used in it.
func beginTx(ctx context.Context, pool *stdsql.DB, options *stdsql.TxOptions) (*tx, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	began, err := conn.BeginTx(ctx, options)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	s := &txConn{conn: conn, tx: began, ctx: ctx}
	// database/sql rolls back a transaction whose context ends, even if Rollback
	// is never called. The connection must be released then, too, which waits for
	// the rollback.
	stop := context.AfterFunc(ctx, s.release)
	return &tx{conn: began, txConn: s, end: pooledTx{began, s, stop}}, nil
}

// tx is a transaction, or at depth 1 and deeper a savepoint.
type tx struct {
	conn   *stdsql.Tx
	txConn *txConn // of the connection that conn is on
	depth  int
	end    ender
}

func (t *tx) Commit() error   { return t.end.Commit() }
func (t *tx) Rollback() error { return t.end.Rollback() }

// driver returns a driver that runs statements in the transaction.
func (t *tx) driver() *Driver {
	return &Driver{
		Conn: entsql.Conn{ExecQuerier: onTxConn{t.conn, t.txConn}},
		inTx: true, // and so pool is not used
		begin: func(ctx context.Context, options *stdsql.TxOptions) (*tx, error) {
			if options != nil && *options != (stdsql.TxOptions{}) {
				return nil, errOptionsInside
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			// Savepoints of one depth never overlap, so the depth names them.
			depth := t.depth + 1
			point := savepoint{ctx, t.conn, t.txConn, fmt.Sprintf("elizago_%d", depth), depth}
			if err := point.exec("SAVEPOINT " + point.name); err != nil {
				return nil, err
			}
			t.txConn.keepWhenCancelled(true)
			return &tx{conn: t.conn, txConn: t.txConn, depth: depth, end: point}, nil
		},
		withConn: func(ctx context.Context, do func(conn *pgx.Conn) error) error {
			return t.txConn.use(ctx, do)
		},
		withBorrowed: t.txConn.borrow,
	}
}

// pooledTx ends a transaction and releases its connection.
type pooledTx struct {
	tx     *stdsql.Tx
	txConn *txConn
	stop   func() bool
}

// Commit returns an error if the transaction has ended or failed already: the
// server would answer COMMIT without one.
func (t pooledTx) Commit() error {
	defer t.close()
	if err := t.txConn.checkCommittable(); err != nil {
		_ = t.tx.Rollback() // the reason is in err
		return err
	}
	return t.tx.Commit()
}

func (t pooledTx) Rollback() error {
	defer t.close()
	return t.tx.Rollback()
}

func (t pooledTx) close() {
	t.stop()
	t.txConn.release()
}

// savepoint commits and rolls back like a transaction.
type savepoint struct {
	ctx    context.Context // the one that it began with
	conn   *stdsql.Tx
	txConn *txConn
	name   string
	depth  int
}

func (s savepoint) Commit() error {
	if err := s.ctx.Err(); err != nil {
		return fmt.Errorf("the context that the transaction was begun with has ended: %w", err)
	}
	err := s.exec("RELEASE SAVEPOINT " + s.name)
	if err == nil {
		s.txConn.keepWhenCancelled(s.depth > 1)
	}
	return err
}

func (s savepoint) Rollback() error {
	defer s.txConn.keepWhenCancelled(s.depth > 1)
	return s.exec("ROLLBACK TO SAVEPOINT " + s.name + "; RELEASE SAVEPOINT " + s.name)
}

// exec sends a statement with the context of the whole transaction: cancelled by
// the savepoint's own context, it would end the transaction.
func (s savepoint) exec(statement string) error {
	_, err := onTxConn{s.conn, s.txConn}.exec(s.txConn.ctx, statement)
	return err
}

// entTx implements dialect.Tx.
type entTx struct {
	*Driver
	tx *tx
}

func (t entTx) Commit() error   { return t.tx.Commit() }
func (t entTx) Rollback() error { return t.tx.Rollback() }
