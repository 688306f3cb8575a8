package pgtx

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"testing"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// open returns a driver on a database with one table, lines, and its pool.
func open(t *testing.T) (*Driver, *stdsql.DB) {
	t.Helper()
	conn, err := pgpool.Open(t.Context(), pgpool.Config{URL: pgtest.Database(t), Logger: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	d := NewDriver(conn)
	_, err = Exec(t.Context(), d, "CREATE TABLE lines (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, text text)")
	require.NoError(t, err)
	return d, conn.SQL()
}

func add(t *testing.T, d *Driver, text string) {
	t.Helper()
	n, err := Exec(t.Context(), d, "INSERT INTO lines (text) VALUES ($1)", text)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

func lines(t *testing.T, d *Driver) []string {
	t.Helper()
	list, err := Query(t.Context(), d, "SELECT text FROM lines ORDER BY id", nil, ScanOne[string])
	require.NoError(t, err)
	return list
}

// A []byte of a plugin is stored as it is, even if it looks like JSON that cannot
// be stored; its JSON is sanitized as core's is.
func TestBytesOfPluginsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	d, pool := open(t)
	_, err := Exec(t.Context(), d, "CREATE TABLE plugin (signed bytea, data jsonb)")
	require.NoError(t, err)
	sent := []byte(`{"signed":"a\u0000b\ud800"}`)
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error {
		return tx.Exec(t.Context(), "INSERT INTO plugin VALUES ($1, $2)", []any{sent, json.RawMessage(sent)}, nil)
	}))
	var got, data []byte
	require.NoError(t, pool.QueryRowContext(t.Context(), "SELECT signed, data FROM plugin").Scan(&got, &data))
	require.Equal(t, sent, got)
	require.JSONEq(t, `{"signed":"ab\ufffd"}`, string(data))
}

// ent and hand-written statements share the transaction.
func TestAllWaysShareTheTransaction(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error {
		require.True(t, tx.InTx())
		require.NoError(t, tx.Exec(t.Context(), "INSERT INTO lines (text) VALUES ($1)", []any{"ent"}, nil))
		add(t, tx, "by hand")
		require.NoError(t, tx.WithConn(t.Context(), func(conn *pgx.Conn) error {
			_, err := conn.Exec(t.Context(), "INSERT INTO lines (text) VALUES ('pgx')")
			return err
		}))
		require.Equal(t, []string{"ent", "by hand", "pgx"}, lines(t, tx))
		require.Empty(t, lines(t, d), "no other connection sees them")
		return nil
	}))
	require.False(t, d.InTx())
	require.Len(t, lines(t, d), 3)
	var rows entsql.Rows
	require.NoError(t, d.Query(t.Context(), "SELECT count(*) FROM lines", []any{}, &rows))
	require.True(t, rows.Next())
	require.NoError(t, rows.Close())
}

// The settings of one query are in force for that one alone.
func TestQueryWithResetsItsSettings(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	const read = `SELECT current_setting('elizago.test', true)`
	with := Settings{Statement: `SELECT set_config('elizago.test', $1::text, true)`, Args: []any{"on"}}
	check := func(d *Driver) error {
		got, err := First(QueryWith(t.Context(), d, with, read, nil, ScanOne[string]))
		require.NoError(t, err)
		require.Equal(t, "on", got)
		after, err := First(Query(t.Context(), d, "SELECT COALESCE(current_setting('elizago.test', true), '')", nil, ScanOne[string]))
		require.NoError(t, err)
		require.Empty(t, after)
		return nil
	}
	require.NoError(t, check(d))
	require.NoError(t, d.RunTx(t.Context(), check))
}

func TestFirstOfNoRows(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, err := First(ExecReturning(t.Context(), d, "DELETE FROM lines RETURNING id", nil, ScanOne[int]))
	require.True(t, IsNoRows(err))
	require.ErrorIs(t, Explain("line 1", err), core.ErrNotFound)
	_, err = Exec(t.Context(), d, "SELECT FROM missing")
	require.True(t, IsNotMigrated(err))
	require.ErrorContains(t, Explain("line 1", err), "with the command `migrate apply`")
}

// Idle connections that the server has closed are replaced.
func TestReadsSurviveDeadConnections(t *testing.T) {
	t.Parallel()
	d, pool := open(t)
	add(t, d, "one")
	for range 3 {
		_, err := pool.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		require.NoError(t, err)
		require.Equal(t, []string{"one"}, lines(t, d))
		require.NoError(t, d.RunTx(t.Context(), func(tx *Driver) error { lines(t, tx); return nil }))
	}
}
