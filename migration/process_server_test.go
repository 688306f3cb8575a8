package migration_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap/zapcore"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// interruptedAt runs the engine towards the forty statements, does what is to
// be done after the nth, and returns the error that the run must end with.
func interruptedAt(t *testing.T, db *sql.DB, n int64, interrupt func()) error {
	t.Helper()
	var statements atomic.Int64
	log := quiet(func(entry zapcore.Entry) error {
		if isStatement(entry) && statements.Add(1) == n {
			interrupt()
		}
		return nil
	})
	e, err := migration.New(migration.Config{DB: db, Logger: log})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), forty(true), migration.Options{})
	require.Error(t, err)
	require.Equal(t, n, statements.Load(), "nothing is executed after it")
	return err
}

// An administrator ends the connection in the middle: the error says so, and
// the run is on record as failed, over another connection.
func TestBackendTerminatedAtAStatement(t *testing.T) {
	t.Parallel()
	original := beforeForty(t)
	for _, n := range []int64{1, 20, 40} {
		t.Run(strconv.FormatInt(n, 10), func(t *testing.T) {
			t.Parallel()
			url := pgtest.Copy(t, original)
			db, admin := openURL(t, url), openURL(t, url)
			before := dump(t, admin)
			err := interruptedAt(t, db, n, func() {
				require.Equal(t, 1, query[int](t, admin, `SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity
					WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`))
			})
			require.ErrorContains(t, err, "the connection to the server was lost")
			require.Equal(t, before, dump(t, admin))
			require.Equal(t, err.Error(), query[string](t, admin, "SELECT error FROM migrations.runs WHERE outcome = 'failed'"))

			require.False(t, apply(t, db, forty(true)...).UpToDate)
			settled(t, db, forty(true)...)
		})
	}
}

// The server dies in the middle, and comes back.
func TestServerKilledAtAStatement(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Cluster(t)
	db := openURL(t, cluster.URL())
	apply(t, db, forty(false)...)
	fillForty(t, db)
	execute(t, db, "CHECKPOINT") // commits are not durable at once here
	before := dump(t, db)
	err := interruptedAt(t, db, 20, func() {
		text, err := os.ReadFile(filepath.Join(cluster.Dir(), "pgdata", "postmaster.pid"))
		require.NoError(t, err)
		first, _, _ := strings.Cut(string(text), "\n")
		pid, err := strconv.Atoi(first)
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		answering(t, cluster.URL())
	})
	require.ErrorContains(t, err, "the connection to the server was lost")
	require.Equal(t, before, dump(t, db))

	require.False(t, apply(t, db, forty(true)...).UpToDate)
	settled(t, db, forty(true)...)
}

// answering waits until a server that was killed takes connections again. It
// opens one each time: what a pool has may be of a process that outlives the
// server for a moment. The new server takes none before those have ended.
func answering(t *testing.T, url string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		conn, err := pgx.Connect(t.Context(), url)
		if err == nil {
			require.NoError(t, conn.Close(t.Context()))
			return
		}
		require.True(t, time.Now().Before(deadline), "%v", err)
	}
}
