package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
)

// errOptionsInside refuses what only the outermost transaction can have.
var errOptionsInside = errors.New("a transaction inside another one is a savepoint, and has that one's isolation and access mode: begin it without options")

// beginTx begins a transaction on a connection that stays known, so that what
// database/sql has no word for can be done in it.
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
	// A transaction whose context ends is rolled back by database/sql, also
	// when nobody calls Rollback. The connection must come back then, too;
	// giving it back waits for the rollback.
	stop := context.AfterFunc(ctx, s.release)
	return &tx{conn: began, txConn: s, end: pooledTx{began, s, stop}}, nil
}

// tx is a transaction, or from depth 1 on a savepoint in one.
type tx struct {
	conn   *stdsql.Tx
	txConn *txConn // of the connection that conn is on
	depth  int
	end    ender
}

func (t *tx) Commit() error   { return t.end.Commit() }
func (t *tx) Rollback() error { return t.end.Rollback() }

// driver runs statements in the transaction.
func (t *tx) driver() *Driver {
	return &Driver{
		Conn: entsql.Conn{ExecQuerier: onTxConn{t.conn, t.txConn}},
		inTx: true,
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

// pooledTx gives its connection back when it ends.
type pooledTx struct {
	tx     *stdsql.Tx
	txConn *txConn
	stop   func() bool
}

// Commit does not ask the server to commit what has ended or failed already:
// it would answer that nothing is wrong.
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
	ctx    context.Context // that it was begun with
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

// exec sends a statement that only the end of the whole transaction cuts off:
// cut off by the savepoint's own context, it would take all with it.
func (s savepoint) exec(statement string) error {
	_, err := onTxConn{s.conn, s.txConn}.ExecContext(s.txConn.ctx, statement)
	return err
}

// entTx is a transaction as ent's builders want it.
type entTx struct {
	*Driver
	tx *tx
}

func (t entTx) Commit() error   { return t.tx.Commit() }
func (t entTx) Rollback() error { return t.tx.Rollback() }
