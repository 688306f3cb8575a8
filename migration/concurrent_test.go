package migration_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// Twenty that start at once, each with connections of its own: one applies,
// nineteen find it done. The second round is on a database that needs a change.
func TestTwentyAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	for round, units := range [][]migration.Unit{
		{coreUnit(), plugin("p", []*schema.Table{table("t")})},
		{coreUnit(), plugin("p", []*schema.Table{table("t", nullable(text("x")))})},
	} {
		const n = 20
		var wait sync.WaitGroup
		start := make(chan struct{})
		results := make([]*migration.Result, n)
		errs := make([]error, n)
		for i := range n {
			db := openURL(t, url)
			require.NoError(t, db.PingContext(t.Context()))
			e, err := migration.New(migration.Config{DB: db})
			require.NoError(t, err)
			wait.Go(func() {
				<-start
				results[i], errs[i] = e.Run(t.Context(), units, migration.Options{})
			})
		}
		close(start)
		wait.Wait()
		applied := 0
		for i := range n {
			require.NoError(t, errs[i], "round %d", round)
			if !results[i].UpToDate {
				applied++
			} else {
				require.False(t, results[i].Compared, "it looked again after the wait, so the fast path must do")
			}
		}
		require.Equal(t, 1, applied)
		require.Equal(t, round+1, query[int](t, openURL(t, url), "SELECT count(*) FROM migrations.runs"))
	}
}

// holdLock takes the engine's lock in a transaction, until the test ends or
// release is called.
func holdLock(t *testing.T, url string) (release func()) {
	t.Helper()
	db := openURL(t, url)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "SET LOCAL application_name = 'the other one'")
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "SELECT pg_advisory_xact_lock($1)", int64(0x656c697a61676f))
	require.NoError(t, err)
	var once sync.Once
	release = func() { once.Do(func() { _ = tx.Rollback() }) }
	t.Cleanup(release)
	return release
}

// Who waits too long is told for whom.
func TestLockTimeout(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	holdLock(t, url)
	core, logs := observer.New(zapcore.InfoLevel)
	e, err := migration.New(migration.Config{DB: openURL(t, url), LockTimeout: 50 * time.Millisecond, Logger: zap.New(core)})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t")})}, migration.Options{})
	var lock *migration.LockError
	require.ErrorAs(t, err, &lock)
	require.ErrorContains(t, err, `application "the other one"`)
	require.ErrorContains(t, err, "pid ")
	require.ErrorContains(t, err, "since ")
	require.Len(t, logs.FilterMessageSnippet("waiting for another process").All(), 1)
}

// A cancelled run stops waiting and says why.
func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	holdLock(t, url)
	ctx, cancel := context.WithCancel(t.Context())
	core, logs := observer.New(zapcore.InfoLevel)
	e, err := migration.New(migration.Config{DB: openURL(t, url), Logger: zap.New(core)})
	require.NoError(t, err)
	go func() {
		for logs.FilterMessageSnippet("waiting for another process").Len() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err = e.Run(ctx, []migration.Unit{plugin("p", []*schema.Table{table("t")})}, migration.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, `application "the other one"`)
}

// The wait ends when the other one does, and the work is done then.
func TestWaitsForTheOther(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	release := holdLock(t, url)
	core, logs := observer.New(zapcore.InfoLevel)
	e, err := migration.New(migration.Config{DB: openURL(t, url), Logger: zap.New(core)})
	require.NoError(t, err)
	go func() {
		for logs.FilterMessageSnippet("waiting for another process").Len() == 0 {
			time.Sleep(time.Millisecond)
		}
		release()
	}()
	result, err := e.Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t")})}, migration.Options{})
	require.NoError(t, err)
	require.False(t, result.UpToDate)
	require.Equal(t, 1, logs.FilterMessage("applied 2 statements for @test/p").Len())
}

// Nothing of a run's settings is left on the connection.
func TestLeavesTheConnectionClean(t *testing.T) {
	t.Parallel()
	db := open(t)
	db.SetMaxOpenConns(1)
	settings := func() [3]string {
		return [3]string{
			query[string](t, db, "SHOW search_path"), query[string](t, db, "SHOW lock_timeout"), query[string](t, db, "SHOW statement_timeout"),
		}
	}
	before := settings()
	apply(t, db, coreUnit())
	require.Equal(t, before, settings())
	apply(t, db, coreUnit())
	require.Equal(t, before, settings())
	_, err := engine(t, db).Plan(t.Context(), []migration.Unit{coreUnit()})
	require.NoError(t, err)
	require.Equal(t, before, settings())
}
