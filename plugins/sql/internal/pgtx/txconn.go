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
	// errEndedByHand is returned for a transaction that is open for database/sql
	// and has ended on the server. Each further statement would commit by itself.
	errEndedByHand = errors.New("a statement such as COMMIT or ROLLBACK has ended the transaction: leave that to InTx, whose function returns an error to roll back")

	// errTxStatement refuses a statement that would end or begin a transaction.
	errTxStatement = errors.New("a transaction cannot be begun or ended by a statement of SQL: leave that to InTx, whose function returns an error to roll back, or to the driver's Tx")

	// errRowsOpen is returned while the connection is busy with another result.
	errRowsOpen = errors.New("rows of another statement of this transaction are still open: close them first")

	// errAbandoned is returned for a connection that was closed because the context
	// of an earlier statement ended.
	errAbandoned = errors.New("the transaction's connection was given up when the context of an earlier statement ended: run what may take too long in an InTx of its own")
)

// txConn is the connection of a transaction, from its begin to its end. It
// returns an error for a statement that would run outside the transaction.
type txConn struct {
	conn     *stdsql.Conn
	tx       *stdsql.Tx
	ctx      context.Context // its end ends the transaction
	cutOff   atomic.Bool     // the context of a statement has ended
	ended    atomic.Bool     // a statement has ended the transaction, and begun another one
	borrowed atomic.Bool     // code that is not elizago's has the connection: see borrow
}

// raw calls do with the pgx connection below one of database/sql.
func raw(conn *stdsql.Conn, do func(conn *pgx.Conn) error) error {
	return conn.Raw(func(driverConn any) error {
		return do(driverConn.(*stdlib.Conn).Conn())
	})
}

// raw calls do with the connection. If do panics, or fails with
// driver.ErrBadConn, database/sql would close the connection, and wait for ever
// for the end of the transaction first: so neither reaches it.
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
				// runtime.Goexit, as in a failed test: nothing can be returned.
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

// use calls do with the connection if the transaction is open on it.
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
		// The context or the transaction has ended in between.
		err = s.checkContext()
		if err == nil {
			err = stdsql.ErrTxDone
		}
	}
	return err
}

// checkStatement returns an error if the statement may not be sent through
// database/sql now.
func (s *txConn) checkStatement(ctx context.Context, statement string) error {
	if endsTransaction(statement) || chains(statement) {
		return errTxStatement
	}
	return s.use(ctx, func(*pgx.Conn) error { return nil })
}

// endsTransaction reports whether a statement would end a transaction, or begin
// one. It looks at the first word alone, for an early and clear error; checkReady
// finds the others afterwards by the server's state, chains and guard those that
// begin another transaction at once (COMMIT AND CHAIN).
func endsTransaction(statement string) bool {
	first, rest, _ := strings.Cut(strings.TrimSpace(statement), " ")
	switch strings.ToUpper(strings.TrimRight(first, "; \t\r\n")) {
	case "BEGIN", "START", "COMMIT", "END", "ABORT":
		return true
	case "ROLLBACK":
		// ROLLBACK TO a savepoint is fine.
		return !slices.ContainsFunc(strings.Fields(rest), func(word string) bool { return strings.EqualFold(word, "TO") })
	case "PREPARE":
		return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(rest)), "TRANSACTION")
	}
	return false
}

// chains reports whether a statement behind comments would end the transaction
// and begin another one at once, which leaves no trace in the server's state.
func chains(statement string) bool {
	begin := strings.TrimLeft(statement, " \t\r\n;")
	if !strings.HasPrefix(begin, "/*") && !strings.HasPrefix(begin, "--") {
		return false
	}
	return strings.Contains(strings.ToUpper(begin), "CHAIN") && endsTransaction(afterComments(begin))
}

// afterComments returns a statement without the comments and spaces before it.
func afterComments(statement string) string {
	for {
		statement = strings.TrimLeft(statement, " \t\r\n\f;")
		switch {
		case strings.HasPrefix(statement, "--"):
			_, statement, _ = strings.Cut(statement, "\n")
		case strings.HasPrefix(statement, "/*"):
			statement = afterComment(statement)
		default:
			return strings.TrimSpace(statement)
		}
	}
}

// afterComment returns what follows a comment, which can contain others.
func afterComment(statement string) string {
	depth := 0
	for i := 0; i+1 < len(statement); i++ {
		switch statement[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return statement[i+1:]
			}
		}
	}
	return ""
}

// several reports whether a text may contain more than one statement.
func several(text string) bool {
	return strings.Contains(strings.TrimRight(text, "; \t\r\n"), ";")
}

// checkContext returns an error if the transaction's context has ended, which has
// ended the transaction.
func (s *txConn) checkContext() error {
	if err := s.ctx.Err(); err != nil {
		return contextError{fmt.Errorf("the transaction has ended with the context of its InTx: %w", err)}
	}
	return nil
}

// contextError is the error of a transaction's context. It is sql.ErrTxDone as
// well.
type contextError struct{ error }

func (e contextError) Unwrap() error        { return e.error }
func (e contextError) Is(target error) bool { return target == stdsql.ErrTxDone }

// nothingToRollBack reports whether a rollback failed because the transaction had
// ended already.
func nothingToRollBack(err error) bool {
	return errors.Is(err, stdsql.ErrTxDone) || errors.Is(err, errEndedByHand) || errors.Is(err, errAbandoned) || pgerr.ConnectionLost(err)
}

// checkReady returns an error if a statement cannot be sent now. It costs no round
// trip: every answer of the server carries the state of the transaction.
func (s *txConn) checkReady(conn *pgx.Conn) error {
	switch {
	case conn.IsClosed():
		if s.cutOff.Load() {
			return errAbandoned
		}
	case conn.PgConn().IsBusy():
		return errRowsOpen
	case conn.PgConn().TxStatus() == 'I', s.ended.Load():
		return errEndedByHand
	}
	return nil
}

// healthy reports whether the transaction is open, and no statement in it has
// failed.
func (s *txConn) healthy() (healthy bool) {
	_ = s.rawIfOpen(func(conn *pgx.Conn) error {
		healthy = !conn.IsClosed() && conn.PgConn().TxStatus() == 'T'
		return nil
	})
	return healthy
}

// checkCommittable returns an error if there is nothing to commit.
func (s *txConn) checkCommittable() error {
	if s.ctx.Err() != nil {
		return nil // database/sql returns the error
	}
	return s.rawIfOpen(func(conn *pgx.Conn) error {
		switch {
		case conn.IsClosed() && s.cutOff.Load():
			return errAbandoned
		case conn.IsClosed():
		case conn.PgConn().TxStatus() == 'I', s.ended.Load():
			return errEndedByHand
		case conn.PgConn().TxStatus() == 'E':
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
}

// explainFailure returns the error of a statement, which is that of its context if
// the context has ended: the server only reports a cancelled query.
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

// keepWhenCancelled sets whether the connection stays open when the context of a
// statement ends. It must while a savepoint is open, whose cancellation must not
// end the whole transaction.
func (s *txConn) keepWhenCancelled(keep bool) {
	_ = s.rawIfOpen(func(conn *pgx.Conn) error {
		pgpool.KeepWhenCancelled(conn, keep && s.ctx.Err() == nil)
		return nil
	})
}

// rawIfOpen is raw, without an error if the connection was released already.
func (s *txConn) rawIfOpen(do func(conn *pgx.Conn) error) error {
	err := s.raw(do)
	if errors.Is(err, stdsql.ErrConnDone) {
		return nil
	}
	return err
}

// release returns the connection to the pool in its original state. It does
// nothing if the end of the context has released it already.
func (s *txConn) release() {
	_ = s.raw(func(conn *pgx.Conn) error { pgpool.KeepWhenCancelled(conn, false); return nil })
	_ = s.conn.Close()
}

// onTxConn sends statements through database/sql while the transaction is open on
// its connection.
type onTxConn struct {
	entsql.ExecQuerier
	conn *txConn
}

func (i onTxConn) ExecContext(ctx context.Context, statement string, args ...any) (done stdsql.Result, err error) {
	if len(args) > 0 || !several(statement) || !i.conn.healthy() {
		return i.exec(ctx, statement, args...)
	}
	// Statements without arguments can be several, of which only the first word
	// of the first was looked at.
	err = i.conn.guard(func(statement string) error { _, err := i.exec(ctx, statement); return err }, func() error {
		done, err = i.exec(ctx, statement)
		return err
	})
	return done, err
}

// exec is ExecContext for a statement that cannot end the transaction unnoticed.
func (i onTxConn) exec(ctx context.Context, statement string, args ...any) (stdsql.Result, error) {
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
