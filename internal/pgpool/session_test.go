package pgpool_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// A statement that takes too long is ended, unless its caller has said how long
// it may take.
func TestAStatementWithoutADeadlineHasALimit(t *testing.T) {
	t.Parallel()
	db := open(t, pgpool.Config{URL: pgtest.Database(t), StatementTimeout: 300 * time.Millisecond})
	_, err := db.Limited().ExecContext(t.Context(), "SELECT pg_sleep(3600)")
	require.True(t, pgerr.TimeLimit(err), "%v", err)
	require.True(t, pgerr.ConnectionLost(err))

	own, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	_, err = db.Limited().ExecContext(own, "SELECT pg_sleep(1)")
	require.NoError(t, err)
	_, err = db.SQL().ExecContext(t.Context(), "SELECT pg_sleep(1)")
	require.NoError(t, err)

	_, err = db.SQL().ExecContext(t.Context(), "SELECT 1")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		var running int
		require.NoError(t, db.SQL().QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND query LIKE '%3600%' AND state = 'active' AND pid <> pg_backend_pid()`).Scan(&running))
		return running == 0
	}, time.Minute, 10*time.Millisecond, "the server was asked to end it")
}

// Connections that the server ended while they were idle are replaced before a
// statement is sent, so that a write need not fail.
func TestDeadConnectionsAreNoticedBeforeTheyAreUsed(t *testing.T) {
	t.Parallel()
	db := open(t, pgpool.Config{URL: pgtest.Database(t)})
	_, err := db.SQL().ExecContext(t.Context(), "CREATE TABLE written (n int)")
	require.NoError(t, err)
	for n := range 3 {
		hold(t, db, 5)()
		_, err := db.SQL().ExecContext(t.Context(), `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		require.NoError(t, err)
		for range 5 {
			_, err = db.SQL().ExecContext(t.Context(), "INSERT INTO written VALUES ($1)", n)
			require.NoError(t, err)
		}
	}
}

// What a statement has changed of its session is gone with the next use of the
// connection.
func TestASessionIsCleanWhenItIsUsedAgain(t *testing.T) {
	t.Parallel()
	db := open(t, pgpool.Config{URL: pgtest.Database(t), MaxConns: 1})
	for _, statement := range []string{
		"SET default_transaction_read_only = on", "set search_path to pg_catalog", " SET client_encoding TO 'LATIN1'", "SET ROLE pg_monitor", "LISTEN something",
	} {
		_, err := db.SQL().ExecContext(t.Context(), statement)
		require.NoError(t, err)
		var readOnly, path, encoding, role string
		var channels int
		require.NoError(t, db.SQL().QueryRowContext(t.Context(), `SELECT current_setting('default_transaction_read_only'), current_setting('search_path'),
			current_setting('client_encoding'), current_setting('role'), (SELECT count(*) FROM pg_listening_channels())`).Scan(&readOnly, &path, &encoding, &role, &channels))
		require.Equal(t, "off", readOnly, statement)
		require.Contains(t, path, "public", statement)
		require.Equal(t, "UTF8", encoding, statement)
		require.Equal(t, "none", role, statement)
		require.Zero(t, channels, statement)
	}
}

// Texts are sent in UTF-8, whatever the role's default is.
func TestConnectionsAreInUTF8(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	first := open(t, pgpool.Config{URL: url})
	var name string
	require.NoError(t, first.SQL().QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name))
	_, err := first.SQL().ExecContext(t.Context(), "ALTER DATABASE "+name+" SET client_encoding = 'LATIN1'")
	require.NoError(t, err)
	db := open(t, pgpool.Config{URL: url + "&application_name=later"})
	var encoding, length string
	require.NoError(t, db.SQL().QueryRowContext(t.Context(), "SELECT current_setting('client_encoding'), length($1)::text", "naïve 日本語 🙂").Scan(&encoding, &length))
	require.Equal(t, "UTF8", encoding)
	require.Equal(t, "11", length)
}

// A database in which not every text can be stored is refused before anything
// is done.
func TestADatabaseInAnotherEncodingIsRefused(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := open(t, pgpool.Config{URL: url})
	var name string
	require.NoError(t, db.SQL().QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name))
	for _, encoding := range []string{"LATIN1", "EUC_JP", "SQL_ASCII"} {
		other := name + "_" + encoding
		_, err := db.SQL().ExecContext(t.Context(), `CREATE DATABASE "`+other+`" ENCODING '`+encoding+`' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`)
		require.NoError(t, err)
		t.Cleanup(func() {
			conn, err := pgx.Connect(context.Background(), url)
			require.NoError(t, err)
			_, err = conn.Exec(context.Background(), `DROP DATABASE "`+other+`" WITH (FORCE)`)
			require.NoError(t, err)
			require.NoError(t, conn.Close(context.Background()))
		})
		_, err = pgpool.Open(t.Context(), pgpool.Config{URL: url + "&dbname=" + other})
		require.ErrorContains(t, err, "is in "+encoding)
		require.ErrorContains(t, err, "UTF8")
	}
}
