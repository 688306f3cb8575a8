package pgpool_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// selectOne returns a call that needs a connection.
func selectOne(ctx context.Context, db *pgpool.DB) func() error {
	return func() error {
		_, err := db.SQL().ExecContext(ctx, "SELECT 1")
		return err
	}
}

// All callers of an outage wait for it, and share the attempts to connect.
func TestCallersOfAnOutageShareTheAttemptsToConnect(t *testing.T) {
	t.Parallel()
	proxy := pgtest.NewProxy(t, pgtest.Database(t))
	core, logged := observer.New(zap.InfoLevel)
	db := open(t, pgpool.Config{URL: proxy.URL, Logger: zap.New(core)})
	proxy.Down()
	before := proxy.Attempts.Load()
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			if err := db.Do(t.Context(), pgpool.Unsent, selectOne(t.Context(), db)); err != nil {
				t.Error(err)
			}
		})
	}
	require.Eventually(t, func() bool { return !db.Health().AwaySince.IsZero() && proxy.Attempts.Load() > before+3 }, time.Minute, time.Millisecond)
	attempts := proxy.Attempts.Load() - before
	proxy.Up()
	group.Wait()
	require.Less(t, attempts, int64(64), "not one for each caller, again and again")
	require.Zero(t, db.Health().AwaySince)
	require.Len(t, logged.FilterMessage("the database went away: calls wait for it").All(), 1, "one line an outage")
	require.Len(t, logged.FilterMessage("the database is back").All(), 1)
}

// quick is a policy of an impatient program.
func quick() pgerr.Retry {
	return pgerr.Retry{Retries: 1, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond, Jitter: time.Millisecond, Span: time.Millisecond, ConnectionWait: 50 * time.Millisecond}
}

// Calls that fail after their retries open the breaker; a ping that succeeds
// lets calls through again.
func TestTheBreakerOpensAndAPingLetsCallsThroughAgain(t *testing.T) {
	t.Parallel()
	proxy := pgtest.NewProxy(t, pgtest.Database(t))
	db := open(t, pgpool.Config{URL: proxy.URL, Retry: quick(), Breaker: pgerr.Breaker{Failures: 2, OpenFor: time.Hour}})
	proxy.Down()
	call := selectOne(t.Context(), db)
	var refused *pgpool.OpenError
	for range 2 {
		err := db.Do(t.Context(), pgpool.Unsent, call)
		require.Error(t, err)
		require.False(t, errors.As(err, &refused), "%v", err)
	}
	before := proxy.Attempts.Load()
	require.ErrorAs(t, db.Do(t.Context(), pgpool.Unsent, func() error { t.Error("called"); return nil }), &refused)
	require.WithinDuration(t, time.Now().Add(time.Hour), refused.Until, time.Minute)
	require.Equal(t, "open", db.Health().Breaker)
	require.WithinDuration(t, refused.Until, db.Health().OpenUntil, time.Minute)
	require.NotEmpty(t, db.Health().Cause)
	require.NotContains(t, db.Health().Cause, "127.0.0.1")
	require.Eventually(t, func() bool { return proxy.Attempts.Load() > before }, time.Minute, time.Millisecond, "it is pinged")

	proxy.Up()
	require.Eventually(t, func() bool { return db.Health().Breaker != "open" }, time.Minute, time.Millisecond)
	require.NoError(t, db.Do(t.Context(), pgpool.Unsent, call))
	require.Equal(t, "closed", db.Health().Breaker)
}

// What fails for a reason of its own is neither repeated nor counted.
func TestRefusedStatementsOpenNoBreaker(t *testing.T) {
	t.Parallel()
	db := open(t, pgpool.Config{URL: pgtest.Database(t), Retry: quick(), Breaker: pgerr.Breaker{Failures: 1}})
	calls := 0
	for range 3 {
		require.Error(t, db.Do(t.Context(), pgpool.Always, func() error {
			calls++
			_, err := db.SQL().ExecContext(t.Context(), "SELECT 1/0")
			return err
		}))
	}
	require.Equal(t, 3, calls)
	require.Equal(t, "closed", db.Health().Breaker)
}

// hold takes all connections of a pool until the function it returns is called.
func hold(t *testing.T, db *pgpool.DB, n int) (free func()) {
	t.Helper()
	var held []func()
	for range n {
		conn, err := db.SQL().Conn(t.Context())
		require.NoError(t, err)
		held = append(held, func() { _ = conn.Close() })
	}
	return sync.OnceFunc(func() {
		for _, release := range held {
			release()
		}
	})
}

// A caller who finds all connections in use waits for one, not for ever, and
// learns who has the others.
func TestAFullPoolNamesWhoHoldsItLongest(t *testing.T) {
	t.Parallel()
	db := open(t, pgpool.Config{URL: pgtest.Database(t), MaxConns: 2, Retry: quick()})
	free := hold(t, db, 2)
	defer free()
	var full *pgpool.FullError
	_, err := db.SQL().ExecContext(t.Context(), "SELECT 1")
	require.ErrorAs(t, err, &full)
	require.ErrorContains(t, err, "all 2 connections of the pool")
	require.ErrorContains(t, err, "pgpool_test.hold")
	require.ErrorContains(t, err, "POSTGRES_POOL_MAX")

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = db.Pool().Exec(ctx, "SELECT 1")
	require.ErrorAs(t, err, &full)
	require.ErrorIs(t, err, context.DeadlineExceeded, "the caller's own limit is shorter")

	done := make(chan error)
	go func() { done <- db.Do(context.Background(), pgpool.Unsent, selectOne(context.Background(), db)) }()
	free()
	require.NoError(t, <-done)
}

// A server without a connection left is as good as one with, if the process has
// one of its own.
func TestAFullServerWaitsForAConnectionOfTheProcess(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := open(t, pgpool.Config{URL: limitedRole(t, url, 1)})
	conn, err := db.Pool().Acquire(t.Context())
	require.NoError(t, err)
	attempts := make(chan struct{}, 1000)
	done := make(chan error)
	go func() {
		done <- db.Do(context.Background(), pgpool.Unsent, func() error {
			err := selectOne(context.Background(), db)()
			attempts <- struct{}{}
			return err
		})
	}()
	<-attempts
	conn.Release()
	require.NoError(t, <-done)
}

// limitedRole returns the URL of a role that may have a number of connections.
func limitedRole(t *testing.T, url string, connections int) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	require.NoError(t, err)
	name := "limited_" + cfg.Database
	_, err = conn.Exec(t.Context(), "CREATE ROLE "+name+" LOGIN CONNECTION LIMIT "+string(rune('0'+connections)))
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	t.Cleanup(func() {
		conn, err := pgx.ConnectConfig(context.Background(), cfg)
		require.NoError(t, err)
		_, err = conn.Exec(context.Background(), "DROP ROLE "+name)
		require.NoError(t, err)
		require.NoError(t, conn.Close(context.Background()))
	})
	return url + "&user=" + name
}
