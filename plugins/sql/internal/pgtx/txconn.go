package pgtx

import (
	"cmp"
	"context"
	stdsql "database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
)

var (
	// errEndedByHand stands for a transaction that database/sql takes for open,
	// and the server does not. Each further statement would be one of its own,
	// and stay.
	errEndedByHand = errors.New("a statement such as COMMIT or ROLLBACK has ended the transaction: leave that to InTx, whose function returns an error to roll back")

	// errTxStatement keeps a statement from doing that.
	errTxStatement = errors.New("a transaction cannot be begun or ended by a statement of SQL: leave that to InTx, whose function returns an error to roll back, or to the driver's Tx")

	// errRowsOpen stands for what the connection answers to nobody.
	errRowsOpen = errors.New("rows of another statement of this transaction are still open: close them first")

	// errAbandoned stands for a connection that was closed because a context ended.
	errAbandoned = errors.New("the transaction's connection was given up when the context of an earlier statement ended: run what may take too long in an InTx of its own")
)

// txConn is the connection of a transaction, from its begin to its end. It
// keeps statements out of what looks like the transaction and is not.
type txConn struct {
	conn     *stdsql.Conn
	tx       *stdsql.Tx
	ctx      context.Context // of the transaction, which ends with it
	cutOff   atomic.Bool     // the context of a statement has ended
	borrowed atomic.Bool     // somebody else has the connection: see lend
}

// raw calls do with pgx's connection below one of database/sql's.
func raw(conn *stdsql.Conn, do func(conn *pgx.Conn) error) error {
	return conn.Raw(func(driverConn any) error {
		return do(driverConn.(*stdlib.Conn).Conn())
	})
}

// raw is raw for a connection that a transaction is on. database/sql closes a
// connection on which a function panics or fails with driver.ErrBadConn, and
// would wait for ever for the end of the transaction first.
func (s *txConn) raw(do func(conn *pgx.Conn) error) (err error) {
	var (
		returned bool
		panicked any
	)
	failed := raw(s.conn, func(conn *pgx.Conn) error {
		defer func() {
			if returned {
				return
			}
			if panicked = recover(); panicked == nil {
				// Its goroutine ends, as that of a test which has failed, and
				// nothing can be returned.
				go s.tx.Rollback() //nolint:errcheck // it ends with the connection
			}
		}()
		err = do(conn)
		returned = true
		return nil
	})
	if panicked != nil {
		panic(panicked)
	}
	return cmp.Or(failed, err)
}

// use calls do with the connection while the transaction is open on it.
func (s *txConn) use(ctx context.Context, do func(conn *pgx.Conn) error) error {
	used := false
	err := s.checkContext()
	if err == nil {
		err = s.raw(func(conn *pgx.Conn) error {
			if err := s.checkReady(conn); err != nil {
				return err
			}
			used = true
			return s.explainFailure(ctx, do(conn))
		})
	}
	if !used && errors.Is(err, stdsql.ErrConnDone) {
		// The end of the context, or of the transaction, has come first.
		err = s.checkContext()
		if err == nil {
			err = stdsql.ErrTxDone
		}
	}
	return err
}

// checkStatement is use for those who send their statement past it.
func (s *txConn) checkStatement(ctx context.Context, statement string) error {
	if endsTransaction(statement) {
		return errTxStatement
	}
	return s.use(ctx, func(*pgx.Conn) error { return nil })
}

// endsTransaction reports a statement that would end a transaction, or begin
// one. It is a courtesy to whoever sends one, and finds what starts with the
// word; the server's state, which ready looks at, finds the others, but for
// those that begin another transaction at once (ROLLBACK AND CHAIN).
func endsTransaction(statement string) bool {
	first, rest, _ := strings.Cut(strings.TrimSpace(statement), " ")
	switch strings.ToUpper(strings.TrimRight(first, "; \t\r\n")) {
	case "BEGIN", "START", "COMMIT", "END", "ABORT":
		return true
	case "ROLLBACK":
		// To a savepoint is another matter.
		return !slices.ContainsFunc(strings.Fields(rest), func(word string) bool { return strings.EqualFold(word, "TO") })
	case "PREPARE":
		return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(rest)), "TRANSACTION")
	}
	return false
}

// checkContext says that the transaction's context has ended, and it with that.
func (s *txConn) checkContext() error {
	if err := s.ctx.Err(); err != nil {
		return contextError{fmt.Errorf("the transaction has ended with the context of its InTx: %w", err)}
	}
	return nil
}

// contextError is the error of a transaction's context, and says that the
// transaction is over.
type contextError struct{ error }

func (e contextError) Unwrap() error        { return e.error }
func (e contextError) Is(target error) bool { return target == stdsql.ErrTxDone }

// nothingToRollBack reports that a rollback failed because there was nothing that it
// could roll back.
func nothingToRollBack(err error) bool {
	return errors.Is(err, stdsql.ErrTxDone) || errors.Is(err, errEndedByHand) || errors.Is(err, errAbandoned) || pgerr.ConnectionLost(err)
}

// checkReady says why a statement cannot go on the connection now. It asks nobody:
// the server says in every answer what has become of the transaction.
func (s *txConn) checkReady(conn *pgx.Conn) error {
	switch {
	case conn.IsClosed():
		if s.cutOff.Load() {
			return errAbandoned
		}
	case conn.PgConn().IsBusy():
		return errRowsOpen
	case conn.PgConn().TxStatus() == 'I':
		return errEndedByHand
	}
	return nil
}

// checkCommittable says why there is nothing to commit.
func (s *txConn) checkCommittable() error {
	if s.ctx.Err() != nil {
		return nil // database/sql says so
	}
	return s.rawIfOpen(func(conn *pgx.Conn) error {
		switch {
		case conn.IsClosed() && s.cutOff.Load():
			return errAbandoned
		case conn.IsClosed():
		case conn.PgConn().TxStatus() == 'I':
			return errEndedByHand
		case conn.PgConn().TxStatus() == 'E':
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
}

// explainFailure is the error of a statement. One that was ended because its context
// has ended says that: the server only knows that it was asked to.
func (s *txConn) explainFailure(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	s.cutOff.Store(true)
	if pgerr.Is(err, pgerrcode.QueryCanceled) || errors.Is(err, sqldriver.ErrBadConn) {
		return fmt.Errorf("the statement was cut off: %w", ctx.Err())
	}
	return err
}

// keepWhenCancelled says whether the connection outlives a statement whose context ends:
// it has to where a savepoint is open, whose end must not be everything's.
func (s *txConn) keepWhenCancelled(ends bool) {
	_ = s.rawIfOpen(func(conn *pgx.Conn) error {
		pgpool.KeepWhenCancelled(conn, ends && s.ctx.Err() == nil)
		return nil
	})
}

// rawIfOpen is raw where a connection that was given back is no news.
func (s *txConn) rawIfOpen(do func(conn *pgx.Conn) error) error {
	err := s.raw(do)
	if errors.Is(err, stdsql.ErrConnDone) {
		return nil
	}
	return err
}

// release returns the connection to the pool, as it came. That it was returned
// already is no news: the context may have ended first.
func (s *txConn) release() {
	_ = s.raw(func(conn *pgx.Conn) error { pgpool.KeepWhenCancelled(conn, false); return nil })
	_ = s.conn.Close()
}

// onTxConn sends database/sql's statements while the transaction is open on its
// connection.
type onTxConn struct {
	entsql.ExecQuerier
	conn *txConn
}

func (i onTxConn) ExecContext(ctx context.Context, statement string, args ...any) (stdsql.Result, error) {
	if err := i.conn.checkStatement(ctx, statement); err != nil {
		return nil, err
	}
	done, err := i.ExecQuerier.ExecContext(ctx, statement, args...)
	return done, i.conn.explainFailure(ctx, err)
}

func (i onTxConn) QueryContext(ctx context.Context, statement string, args ...any) (*stdsql.Rows, error) {
	if err := i.conn.checkStatement(ctx, statement); err != nil {
		return nil, err
	}
	rows, err := i.ExecQuerier.QueryContext(ctx, statement, args...)
	return rows, i.conn.explainFailure(ctx, err)
}
