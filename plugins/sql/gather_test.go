package sql

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// sceneWithAVector is one whose agent has its first vector, and so a dimension.
func sceneWithAVector(t *testing.T) (*scene, *core.Memory) {
	t.Helper()
	s := newScene(t)
	first := s.memory("first")
	first.Embedding = unit(384, 0)
	require.NoError(t, s.CreateMemory(t.Context(), first))
	return s, first
}

// waitFor returns when so many memories wait for a lane.
func (g *gatherer) waitFor(t *testing.T, memories int) {
	t.Helper()
	require.Eventually(t, func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return len(g.waiting) == memories
	}, 10*time.Second, time.Millisecond)
}

// together saves memories that all wait for one lane, and so go as one
// statement, and returns each one's error.
func together(t *testing.T, d *Database, list []*core.Memory) []error {
	t.Helper()
	g := d.gatherer
	g.mu.Lock()
	g.running, g.patience = lanes, time.Hour // all are taken
	g.mu.Unlock()
	errs := make([]error, len(list))
	var group sync.WaitGroup
	for i, m := range list {
		group.Go(func() { errs[i] = d.CreateMemory(t.Context(), m) })
	}
	g.waitFor(t, len(list))
	for range lanes {
		g.next(d)
	}
	group.Wait()
	require.Eventually(t, func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.running == 0
	}, 10*time.Second, time.Millisecond, "every lane is given back")
	return errs
}

func TestMemoriesThatAreSavedTogether(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	list := make([]*core.Memory, 100)
	for i := range list {
		list[i] = s.memory(fmt.Sprintf("%d \x00 'quoted' \\u0000 \xff ü", i))
		list[i].Embedding = unit(384, i)
		list[i].Embedding[383] = 0.1234567
		list[i].Duplicate = i%2 == 0
		list[i].CreatedAt = time.Date(2026, 11, 21, 9, 30, 0, 1999, time.UTC) // PostgreSQL would round it up
		list[i].Type = "odd\xff\xfe"
		if i%5 == 0 {
			list[i].WorldID, list[i].EntityID = [16]byte{}, [16]byte{}
		}
	}
	for i, err := range together(t, s.Database, list) {
		require.NoError(t, err, i)
	}
	for i, m := range list {
		got, err := s.Memory(t.Context(), m.ID)
		require.NoError(t, err, i)
		want := *m
		want.Content.Text = fmt.Sprintf("%d  'quoted' \\u0000 \ufffd ü", i)
		require.Equal(t, want.Content, got.Content)
		require.Equal(t, want.Embedding, got.Embedding)
		require.Equal(t, want.Duplicate, got.Duplicate)
		require.Equal(t, want.EntityID, got.EntityID)
		require.Equal(t, want.WorldID, got.WorldID)
		require.True(t, want.CreatedAt.Truncate(time.Microsecond).Equal(got.CreatedAt), "as one that is saved alone")
		require.Equal(t, "odd\ufffd", got.Type)
	}
}

// What one of them gets wrong is its own affair.
func TestWrongMemoriesAmongThoseSavedTogether(t *testing.T) {
	t.Parallel()
	s, first := sceneWithAVector(t)
	list := make([]*core.Memory, 12)
	for i := range list {
		list[i] = s.memory(fmt.Sprint(i))
		list[i].Embedding = unit(384, i)
	}
	list[2].ID = first.ID
	list[4].AgentID = core.NewID()
	list[6].Embedding = unit(512, 0)
	list[8].RoomID = core.NewID()
	errs := together(t, s.Database, list)
	require.ErrorIs(t, errs[2], core.ErrConflict)
	require.ErrorIs(t, errs[4], core.ErrNotFound)
	require.ErrorIs(t, errs[6], core.ErrDimension)
	require.ErrorIs(t, errs[8], core.ErrNotFound)
	for _, i := range []int{0, 1, 3, 5, 7, 9, 10, 11} {
		require.NoError(t, errs[i], i)
		_, err := s.Memory(t.Context(), list[i].ID)
		require.NoError(t, err, i)
	}
}

// Who stops waiting gets its own error, and costs nobody else anything.
func TestOneOfThoseSavedTogetherGivesUp(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	g := s.gatherer
	g.running, g.patience = lanes, time.Hour
	m := s.memory("given up")
	m.Embedding = unit(384, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.CreateMemory(ctx, m), context.Canceled)
	other := s.memory("kept")
	other.Embedding = unit(384, 2)
	done := make(chan error)
	go func() { done <- s.CreateMemory(t.Context(), other) }()
	g.waitFor(t, 1) // what was given up no longer waits
	g.next(s.Database)
	require.NoError(t, <-done)
	g.next(s.Database)
	_, err := s.Memory(t.Context(), m.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
}

// Both lanes are held up: whoever waits goes alone after a while.
func TestLanesThatAreHeldUp(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	s.gatherer.running = lanes
	m := s.memory("alone")
	m.Embedding = unit(384, 1)
	require.NoError(t, s.CreateMemory(t.Context(), m))
	require.Empty(t, s.gatherer.waiting)
}

// One row of a batch waits for a lock that somebody holds; the others do not.
func TestOneOfThoseSavedTogetherHasToWait(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	room := core.NewID()
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: room, AgentID: s.agent, WorldID: s.world, Name: "r", Source: "x", Type: core.ChannelGroup}))
	tx, err := s.pool.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT FROM rooms WHERE id = $1 FOR UPDATE`, room.String())
	require.NoError(t, err)
	list := make([]*core.Memory, 6)
	for i := range list {
		list[i] = s.memory(fmt.Sprint(i))
		list[i].Embedding = unit(384, i)
	}
	list[3].RoomID = room
	g := s.gatherer
	g.running, g.patience = lanes, time.Hour
	done := make(chan int, len(list))
	for i, m := range list {
		go func() {
			if err := s.CreateMemory(t.Context(), m); err != nil {
				t.Error(err)
			}
			done <- i
		}()
	}
	g.waitFor(t, len(list))
	for range lanes {
		g.next(s.Database)
	}
	for range 5 {
		require.NotEqual(t, 3, <-done)
	}
	require.NoError(t, tx.Rollback())
	require.Equal(t, 3, <-done)
}
