package pgtx

import (
	"context"
	"errors"
	"testing"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// charging is a query that has an effect, which no rollback undoes, before its
// connection is lost.
const charging = `SELECT nextval('charges'), pg_terminate_backend(pg_backend_pid(), 1000)`

func charges(t *testing.T, d *Driver) int {
	t.Helper()
	n, err := First(Query(t.Context(), d, "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM charges", nil, ScanOne[int]))
	require.NoError(t, err)
	return n
}

// A plugin's query may call a function that writes: it is executed once, unless
// its caller says that it may be repeated.
func TestAPluginsQueryIsNotRepeatedUnlessItsCallerSaysSo(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, err := Exec(t.Context(), d, "CREATE SEQUENCE charges")
	require.NoError(t, err)
	plugins := d.ForPlugins()
	var rows entsql.Rows
	require.Error(t, plugins.Query(t.Context(), charging, []any{}, &rows))
	require.Error(t, plugins.Exec(t.Context(), charging, []any{}, nil))
	require.Equal(t, 2, charges(t, d))

	ctx, cancel := context.WithCancel(core.Retry(t.Context()))
	defer cancel()
	again := `SELECT CASE nextval('charges') WHEN 3 THEN pg_terminate_backend(pg_backend_pid(), 1000) END`
	require.NoError(t, plugins.Query(ctx, again, []any{}, &rows))
	require.NoError(t, rows.Close())
	require.Equal(t, 4, charges(t, d))
}

// A transaction is run again after a conflict, or when it was lost, if its
// caller says so, and else not.
func TestATransactionIsRunAgainIfItsCallerSaysSo(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	for _, failure := range []error{
		Explain("could not save", &pgconn.PgError{Code: "40001"}), Explain("could not save", &pgconn.PgError{Code: "40P01"}),
		Explain("could not save", &pgconn.PgError{Code: "57P01"}),
	} {
		runs := 0
		run := func(ctx context.Context) error {
			runs = 0
			return d.RunTx(ctx, func(tx *Driver) error {
				if runs++; runs < 3 {
					return failure
				}
				add(t, tx, "once")
				return nil
			})
		}
		require.ErrorIs(t, run(t.Context()), failure)
		require.Equal(t, 1, runs)
		require.NoError(t, run(core.Retry(t.Context())), "%v", failure)
		require.Equal(t, 3, runs)
	}
	require.Equal(t, []string{"once", "once", "once"}, lines(t, d))

	runs, other := 0, errors.New("something else")
	require.ErrorIs(t, d.RunTx(core.Retry(t.Context()), func(*Driver) error { runs++; return other }), other)
	require.Equal(t, 1, runs)
}

// A statement whose table was changed by another process is prepared again.
func TestAChangedTableIsAskedAgain(t *testing.T) {
	t.Parallel()
	d, pool := open(t)
	add(t, d, "one")
	read := func(d *Driver) error {
		_, err := Query(t.Context(), d, "SELECT * FROM lines WHERE id > $1", []any{0}, func(row Scanner) (int, error) {
			var id int
			var text any
			return id, row.Scan(&id, &text)
		})
		return err
	}
	write := func(d *Driver) error {
		_, err := ExecReturning(t.Context(), d, "UPDATE lines SET text = text WHERE id > $1 RETURNING *", []any{0}, func(row Scanner) (int, error) {
			var id int
			var text any
			return id, row.Scan(&id, &text)
		})
		return err
	}
	inTx := func(do func(*Driver) error) func(*Driver) error {
		return func(d *Driver) error {
			return d.RunTx(core.Retry(t.Context()), func(tx *Driver) error { return Explain("could not", do(tx)) })
		}
	}
	for i, call := range []func(*Driver) error{read, write, inTx(read), inTx(write)} {
		require.NoError(t, call(d))
		to := []string{"varchar", "text"}[i%2]
		_, err := pool.ExecContext(t.Context(), "ALTER TABLE lines ALTER text TYPE "+to)
		require.NoError(t, err)
		require.NoError(t, call(d), i)
	}
}

// What a borrower does to the session does not stay.
func TestABorrowedSessionIsCleanAfterwards(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	set := func(conn *pgx.Conn) error {
		// By PgConn, where no tracer sees it.
		_, err := conn.PgConn().Exec(t.Context(), "SELECT set_config('default_transaction_read_only', 'on', false)").ReadAll()
		return err
	}
	require.NoError(t, d.Borrow(t.Context(), set))
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error { return tx.Borrow(t.Context(), set) }))
	for range 3 {
		add(t, d, "written")
	}
}

// A transaction that was ended and begun again by hand is noticed, however the
// statement is hidden.
func TestACommitAndChainIsNoticed(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]func(ctx context.Context, tx *Driver) error{
		"by pgx": func(ctx context.Context, tx *Driver) error {
			return tx.Borrow(ctx, func(conn *pgx.Conn) error { _, err := conn.Exec(ctx, "COMMIT AND CHAIN"); return err })
		},
		"by pgx, behind another": func(ctx context.Context, tx *Driver) error {
			return tx.Borrow(ctx, func(conn *pgx.Conn) error { _, err := conn.Exec(ctx, "SELECT 1; ROLLBACK AND CHAIN"); return err })
		},
		"behind another": func(ctx context.Context, tx *Driver) error {
			return tx.Exec(ctx, "SELECT 1; COMMIT AND CHAIN", []any{}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := open(t)
			require.ErrorIs(t, d.RunTx(t.Context(), func(tx *Driver) error {
				return tx.Exec(t.Context(), "/* a /* b */ */ -- c\n COMMIT AND CHAIN", []any{}, nil)
			}), errTxStatement, "not hidden by a comment")
			require.Error(t, d.RunTx(t.Context(), func(tx *Driver) error {
				require.Error(t, hidden(t.Context(), tx))
				return nil
			}))
			require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error {
				return tx.Exec(t.Context(), "INSERT INTO lines (text) VALUES ('a;b'); INSERT INTO lines (text) VALUES ('c')", []any{}, nil)
			}))
			require.Equal(t, []string{"a;b", "c"}, lines(t, d))
		})
	}
}

// A statement outside a transaction is sent again after a conflict if its caller
// says so, and else not.
func TestAStatementIsSentAgainAfterAConflict(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, err := Exec(t.Context(), d, `
		CREATE SEQUENCE tries;
		CREATE FUNCTION conflict() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('tries') < 3 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
			RETURN 'saved';
		END $$`)
	require.NoError(t, err)
	save := func(ctx context.Context) error {
		_, err := Exec(ctx, d, "INSERT INTO lines (text) SELECT conflict()")
		return err
	}
	require.Error(t, save(t.Context()))
	require.Empty(t, lines(t, d))
	require.NoError(t, save(core.Retry(t.Context())))
	require.Equal(t, []string{"saved"}, lines(t, d))
}
