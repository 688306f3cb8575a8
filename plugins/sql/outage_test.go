package sql

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
)

// Calls that a server which is away for a moment would have served are served,
// also writes outside of InTx: nothing of them was sent.
func TestWritesWaitForAServerThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	proxy := pgtest.NewProxy(t, tables.Database(t))
	plugin := New(Config{URL: proxy.URL})
	db, err := plugin.Adapter.Open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plugin.Adapter.Close(context.Background())) })
	s := sceneOn(t, db.(*Database))
	health := plugin.Adapter.(core.HealthReporter).Health
	require.Equal(t, core.DatabaseHealth{Breaker: "closed"}, health())
	calls := map[string]func() error{
		"CreateMemory": func() error { return s.CreateMemory(t.Context(), s.memory("a")) },
		"CreateTask":   func() error { return s.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "task"}) },
		"SaveCache": func() error {
			return s.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: "k", Value: json.RawMessage("1")})
		},
		"CreateComponent": func() error {
			return s.CreateComponent(t.Context(), &core.Component{EntityID: s.user, AgentID: s.agent, RoomID: s.room, Type: "profile"})
		},
		"Memories": func() error { _, err := s.Memories(t.Context(), s.all()); return err },
		"InTx":     func() error { return s.InTx(t.Context(), func(core.Database) error { return nil }) },
	}
	var group sync.WaitGroup
	proxy.Down()
	for name, call := range calls {
		group.Go(func() {
			if err := call(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	require.Eventually(t, func() bool { return !health().AwaySince.IsZero() }, time.Minute, time.Millisecond)
	proxy.Up()
	group.Wait()
	require.Equal(t, core.DatabaseHealth{Breaker: "closed"}, health())
}

// While the breaker is open, a call fails at once, and says until when.
func TestAnOpenBreakerSaysUntilWhen(t *testing.T) {
	t.Parallel()
	proxy := pgtest.NewProxy(t, tables.Database(t))
	plugin := New(Config{URL: proxy.URL, Retries: 1, RetryDelay: time.Millisecond, RetryJitter: time.Millisecond, RetryFor: time.Millisecond, BreakerFailures: 1, BreakerTimeout: time.Hour})
	db, err := plugin.Adapter.Open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plugin.Adapter.Close(context.Background())) })
	proxy.Down()
	_, err = db.CountAgents(t.Context(), core.AgentQuery{})
	require.ErrorIs(t, err, core.ErrUnavailable)
	require.ErrorContains(t, err, "it cannot be reached")
	require.NotContains(t, err.Error(), "user=")
	_, err = db.CountAgents(t.Context(), core.AgentQuery{})
	require.ErrorIs(t, err, core.ErrUnavailable)
	require.ErrorContains(t, err, "1 calls in succession have failed, so none is made until")
	require.ErrorIs(t, db.InTx(core.Retry(t.Context()), func(core.Database) error { return errors.New("run") }), core.ErrUnavailable)
	health := plugin.Adapter.(core.HealthReporter).Health()
	require.Equal(t, "open", health.Breaker)
	require.WithinDuration(t, time.Now().Add(time.Hour), health.OpenUntil, time.Minute)
}

// A pool whose connections are all held is an error with a cause, not a wait
// without end.
func TestAFullPoolIsUnavailable(t *testing.T) {
	t.Parallel()
	db := connect(t, Config{URL: tables.Database(t), MaxConns: 1, PoolWait: 20 * time.Millisecond})
	require.NoError(t, db.InTx(t.Context(), func(core.Database) error {
		_, err := db.CountAgents(t.Context(), core.AgentQuery{})
		require.ErrorIs(t, err, core.ErrUnavailable)
		require.ErrorContains(t, err, "all 1 connections of the pool")
		require.ErrorContains(t, err, "the longest for")
		return nil
	}))
}

// A statement without a deadline has a limit.
func TestAStatementWithoutALimitOfItsOwnHasOne(t *testing.T) {
	t.Parallel()
	db := connect(t, Config{URL: tables.Database(t), StatementTimeout: 300 * time.Millisecond})
	err := db.Driver().Exec(t.Context(), "SELECT pg_sleep(3600)", []any{}, nil)
	require.Error(t, err)
	require.NoError(t, db.driver.Unlimited().Exec(t.Context(), "SELECT pg_sleep(1)", []any{}, nil))
}
