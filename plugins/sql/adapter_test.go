package sql

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func TestAdapterIsOpenedOnce(t *testing.T) {
	t.Parallel()
	adapter := New(Config{URL: tables.Database(t)}).Adapter
	for range 2 {
		db, err := adapter.Open(t.Context())
		require.NoError(t, err)
		_, err = adapter.Open(t.Context())
		require.ErrorContains(t, err, "open already")
		_, err = db.CountAgents(t.Context(), core.AgentQuery{})
		require.NoError(t, err, "the first one is as it was")
		require.NoError(t, adapter.Close(context.Background()))
		require.NoError(t, adapter.Close(context.Background()), "a second call does nothing")
	}
}

// What works in the background begins with Start, which the runtime calls after
// the migration, and ends with Close.
func TestOpenStartsNothingInTheBackground(t *testing.T) {
	t.Parallel()
	adapter := New(Config{URL: tables.Database(t)}).Adapter.(*Adapter)
	require.ErrorContains(t, adapter.Start(t.Context()), "not open")
	_, err := adapter.Open(t.Context())
	require.NoError(t, err)
	require.Empty(t, adapter.background)
	require.NoError(t, adapter.Start(t.Context()))
	require.Len(t, adapter.background, 4)
	require.ErrorContains(t, adapter.Start(t.Context()), "started already")
	require.NoError(t, adapter.Close(context.Background()))
	require.Empty(t, adapter.background)
}

// Close waits for the flushes in flight, and a caller that waits for one is not
// left waiting.
func TestCloseWaitsForWhatIsSavedTogether(t *testing.T) {
	t.Parallel()
	url := tables.Database(t)
	adapter := New(Config{URL: url}).Adapter
	db, err := adapter.Open(t.Context())
	require.NoError(t, err)
	s := sceneIn(t, db.(*Database))
	first := s.memory("first")
	first.Embedding = unit(384, 0)
	require.NoError(t, s.CreateMemory(t.Context(), first))

	other, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer other.Close(context.Background()) //nolint:errcheck // it ends with the test
	_, err = other.Exec(t.Context(), "BEGIN")
	require.NoError(t, err)
	_, err = other.Exec(t.Context(), "SELECT FROM rooms WHERE id = $1 FOR UPDATE", s.room)
	require.NoError(t, err)

	g := s.committer
	g.inFlight, g.patience = maxInFlight, time.Hour
	list, returned := s.distinct(2), make(chan error, 2)
	save := func(m *core.Memory) { returned <- s.CreateMemory(context.Background(), m) }
	go save(list[0])
	g.waitFor(t, 1)
	g.next(s.Database) // it waits for the room
	go save(list[1])
	g.waitFor(t, 1)

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	closed := make(chan error)
	go func() { closed <- adapter.Close(ctx) }()
	require.Eventually(t, func() bool { g.mu.Lock(); defer g.mu.Unlock(); return g.stopped }, time.Minute, time.Millisecond)
	_, err = other.Exec(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, <-closed)
	require.Equal(t, maxInFlight-1, g.inFlight, "the flush in flight has ended")
	for range list {
		if err := <-returned; err != nil { // it was too late for that one
			require.NotContains(t, err.Error(), "\n")
		}
	}
}

// A caller that cannot wait any longer has what is being saved cut off.
func TestCloseThatCannotWait(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	g := newGroupCommitter()
	began := make(chan struct{})
	g.flushing.Go(func() { close(began); <-g.ctx.Done() })
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, g.stop(ctx), context.DeadlineExceeded)

	// What comes afterwards goes alone.
	g.inFlight = maxInFlight
	m := s.memory("alone")
	m.Embedding = unit(384, 1)
	s.committer = g
	require.NoError(t, s.CreateMemory(t.Context(), m))
}
