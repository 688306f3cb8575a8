package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func TestRunTxCommitsOrRollsBack(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	failure := errors.New("failure")
	require.ErrorIs(t, d.RunTx(t.Context(), func(tx *Driver) error { add(t, tx, "failed"); return failure }), failure)
	require.PanicsWithValue(t, "panic", func() {
		_ = d.RunTx(t.Context(), func(tx *Driver) error { add(t, tx, "panicked"); panic("panic") })
	})
	ctx, cancel := context.WithCancel(t.Context())
	require.ErrorIs(t, d.RunTx(ctx, func(tx *Driver) error { add(t, tx, "cancelled"); cancel(); return nil }), context.Canceled)
	require.Empty(t, lines(t, d))
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error { add(t, tx, "committed"); return nil }))
	require.Equal(t, []string{"committed"}, lines(t, d))
}

// A transaction inside another is a savepoint: its rollback undoes its own
// statements alone, a failed statement included.
func TestSavepointsNest(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	failure := errors.New("failure")
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error {
		add(t, tx, "outer")
		for range 2 {
			require.ErrorIs(t, tx.RunTx(t.Context(), func(inner *Driver) error {
				add(t, inner, "undone")
				require.NoError(t, inner.RunTx(t.Context(), func(deep *Driver) error { add(t, deep, "undone with it"); return nil }))
				_, err := Exec(t.Context(), inner, "SELECT 1/0")
				require.Error(t, err)
				return failure
			}), failure)
		}
		require.NoError(t, tx.RunTx(t.Context(), func(inner *Driver) error { add(t, inner, "inner"); return nil }))
		_, err := tx.BeginTx(t.Context(), &stdsql.TxOptions{ReadOnly: true})
		require.ErrorIs(t, err, errOptionsInside)
		return nil
	}))
	require.Equal(t, []string{"outer", "inner"}, lines(t, d))
}

// A statement at the wrong time is refused, and the transaction goes on.
func TestScopesRefuseUseAtTheWrongTime(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	send := func(d *Driver) error {
		_, err := Exec(t.Context(), d, "INSERT INTO lines (text) VALUES ('wrong')")
		return err
	}
	var ended, endedInner *Driver
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error {
		ended = tx
		require.NoError(t, tx.RunTx(t.Context(), func(inner *Driver) error {
			endedInner = inner
			require.ErrorIs(t, send(tx), errInnerOpen)
			require.ErrorIs(t, tx.RunTx(t.Context(), func(*Driver) error { return nil }), errInnerOpen)
			return nil
		}))
		require.ErrorIs(t, send(endedInner), stdsql.ErrTxDone)
		add(t, tx, "right")
		return nil
	}))
	require.ErrorIs(t, send(ended), stdsql.ErrTxDone)
	require.ErrorContains(t, Explain("line", send(ended)), "the transaction has ended")
	require.Equal(t, []string{"right"}, lines(t, d))
}

// The context of a statement ends the statement and its savepoint. The outer
// transaction goes on.
func TestACancelledSavepointLeavesTheTransaction(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error {
		add(t, tx, "outer")
		ctx, cancel := context.WithCancel(t.Context())
		require.ErrorIs(t, tx.RunTx(ctx, func(inner *Driver) error {
			add(t, inner, "inner")
			cancel()
			_, err := Exec(ctx, inner, "SELECT pg_sleep(60)")
			return err
		}), context.Canceled)
		require.Equal(t, []string{"outer"}, lines(t, tx))
		return nil
	}))
	require.Equal(t, []string{"outer"}, lines(t, d))
}

func TestEndsTransaction(t *testing.T) {
	t.Parallel()
	for statement, ends := range map[string]bool{
		"BEGIN": true, " start transaction": true, "commit;": true, "END": true, "ABORT": true, "ROLLBACK": true,
		"ROLLBACK AND CHAIN": true, "PREPARE TRANSACTION 'a'": true,
		"ROLLBACK TO SAVEPOINT a": false, "rollback to a": false, "PREPARE a AS SELECT 1": false, "SELECT 'COMMIT'": false, "": false,
	} {
		require.Equal(t, ends, endsTransaction(statement), statement)
	}
}

// Whatever ends the transaction on the server, no later statement runs outside
// of it.
func TestATransactionThatWasEndedByAStatement(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	require.ErrorIs(t, d.RunTx(t.Context(), func(tx *Driver) error {
		require.ErrorIs(t, tx.Exec(t.Context(), "COMMIT", []any{}, nil), errTxStatement)
		add(t, tx, "undone")
		require.NoError(t, tx.Exec(t.Context(), "/* hidden */ ROLLBACK", []any{}, nil))
		_, err := Exec(t.Context(), tx, "INSERT INTO lines (text) VALUES ('outside')")
		return err
	}), errEndedByHand)
	require.Empty(t, lines(t, d))
}

// A borrowed connection comes back as it was lent, or its borrower gets an error.
func TestBorrowedConnectionsAreChecked(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	run := func(statement string) func(conn *pgx.Conn) error {
		return func(conn *pgx.Conn) error { _, err := conn.Exec(t.Context(), statement); return err }
	}
	leaveRows := func(conn *pgx.Conn) error {
		_, err := conn.Query(t.Context(), "SELECT generate_series(1, 3)")
		return err
	} //nolint:rowserrcheck,sqlclosecheck // they are left open on purpose
	require.NoError(t, d.Borrow(t.Context(), run("INSERT INTO lines (text) VALUES ('borrowed')")))
	require.ErrorIs(t, d.Borrow(t.Context(), run("BEGIN")), errLeftOpen)
	require.ErrorIs(t, d.Borrow(t.Context(), leaveRows), errLeftRows)
	require.ErrorIs(t, d.Borrow(t.Context(), func(conn *pgx.Conn) error { return conn.Close(t.Context()) }), errLeftClosed)
	require.ErrorIs(t, d.RunTx(t.Context(), func(tx *Driver) error {
		require.NoError(t, tx.Borrow(t.Context(), func(conn *pgx.Conn) error {
			require.ErrorIs(t, tx.RunTx(t.Context(), func(*Driver) error { return nil }), errBorrowed)
			return run("INSERT INTO lines (text) VALUES ('undone')")(conn)
		}))
		return tx.Borrow(t.Context(), run("ROLLBACK"))
	}), errEndedByHand)
	require.Equal(t, []string{"borrowed"}, lines(t, d))
}

func TestALostConnectionIsUnavailable(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	err := d.RunTx(t.Context(), func(tx *Driver) error {
		add(t, tx, "lost")
		_, _ = Exec(t.Context(), tx, "SELECT pg_terminate_backend(pg_backend_pid())")
		_, err := Exec(t.Context(), tx, "SELECT 1")
		return Explain("could not read", err)
	})
	require.ErrorIs(t, err, core.ErrUnavailable)
	require.Empty(t, lines(t, d))
}
