package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	return conn
}

// With a pool of one connection two clients share it in turn, as in transaction
// mode.
func TestBouncerPoolsTransactions(t *testing.T) {
	t.Parallel()
	url := pgtest.Bouncer(t, pgtest.Database(t), 1)
	first, second := connect(t, url), connect(t, url)
	var pids [2]int
	for i, conn := range []*pgx.Conn{first, second} {
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pids[i]))
	}
	require.Equal(t, pids[0], pids[1])
	_, err := first.Exec(t.Context(), "CREATE TABLE kept (id int)")
	require.NoError(t, err)
	_, err = second.Exec(t.Context(), "INSERT INTO kept VALUES (1)")
	require.NoError(t, err)
}

func TestBouncerLeadsToItsDatabase(t *testing.T) {
	t.Parallel()
	for range 2 {
		direct := pgtest.Database(t)
		want, err := pgx.ParseConfig(direct)
		require.NoError(t, err)
		var got string
		conn := connect(t, pgtest.Bouncer(t, direct, 5))
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_database()").Scan(&got))
		require.Equal(t, want.Database, got)
	}
}
