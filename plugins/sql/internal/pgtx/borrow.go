package pgtx

import (
	"cmp"
	"context"
	"errors"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
)

var (
	// errBorrowed is returned to the borrower of a connection, who would wait for
	// ever for its own return.
	errBorrowed = errors.New("its connection is in use by the function of Pgx: send the statement on the connection that it was given, or afterwards")

	errLeftClosed = errors.New("the function of Pgx has closed the connection, which it must not")
	errLeftRows   = errors.New("the function of Pgx has left rows or a batch open: close them before it returns")
	errLeftOpen   = errors.New("the function of Pgx has left a transaction of its own open, which is rolled back: commit it before it returns")
)

// borrow runs caller code on the connection and verifies its state afterwards.
func (s *txConn) borrow(ctx context.Context, do func(conn *pgx.Conn) error) error {
	return s.use(ctx, func(conn *pgx.Conn) error {
		s.borrowed.Store(true)
		defer s.borrowed.Store(false)
		pgpool.Lend(conn)
		check := func() error { return checkReturned(conn, do, 'T') }
		if conn.PgConn().TxStatus() != 'T' {
			return check()
		}
		return s.guard(func(statement string) error { _, err := conn.Exec(ctx, statement); return err }, check)
	})
}

// guardSavepoint is a savepoint around statements that are not elizago's.
const guardSavepoint = "elizago_guard"

// guard calls do, and returns an error if it has ended the transaction and begun
// another one at once, as COMMIT AND CHAIN does: the savepoint around it is gone
// then.
func (s *txConn) guard(send func(statement string) error, do func() error) error {
	if err := send("SAVEPOINT " + guardSavepoint); err != nil {
		return err
	}
	err := do()
	return cmp.Or(s.unguard(send), err)
}

// unguard releases the savepoint. A transaction that has failed, or a connection
// that is lost or busy, has an error of its own.
func (s *txConn) unguard(send func(statement string) error) error {
	err := send("RELEASE SAVEPOINT " + guardSavepoint)
	if pgerr.Is(err, pgerrcode.InvalidSavepointSpecification) {
		s.ended.Store(true)
		return errEndedByHand
	}
	return nil
}

// checkReturned calls do and returns an error if it leaves the connection closed,
// busy, or in another transaction state than before ('I': idle, 'T': in a
// transaction).
func checkReturned(conn *pgx.Conn, do func(conn *pgx.Conn) error, state byte) error {
	if err := do(conn); err != nil {
		return err
	}
	is := conn.PgConn().TxStatus()
	switch {
	case conn.IsClosed():
		return errLeftClosed
	case conn.PgConn().IsBusy():
		return errLeftRows
	case is == 'I' && state != 'I':
		return errEndedByHand
	case is != 'I' && state == 'I':
		return errLeftOpen
	}
	return nil
}
