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

// sceneWithAVector is a scene whose agent has its first vector, and so a
// dimension.
func sceneWithAVector(t *testing.T) (*scene, *core.Memory) {
	t.Helper()
	return withAVector(t, newScene(t))
}

func withAVector(t *testing.T, s *scene) (*scene, *core.Memory) {
	t.Helper()
	first := s.memory("first")
	first.Embedding = unit(384, 0)
	require.NoError(t, s.CreateMemory(t.Context(), first))
	return s, first
}

// distinct returns n memories whose vectors have nothing in common.
func (s *scene) distinct(n int) []*core.Memory {
	list := make([]*core.Memory, n)
	for i := range list {
		list[i] = s.memory(fmt.Sprint(i))
		list[i].Embedding = unit(384, i)
	}
	return list
}

// waitFor returns when so many memories wait for a flush.
func (g *groupCommitter) waitFor(t *testing.T, memories int) {
	t.Helper()
	require.Eventually(t, func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return len(g.waiting) == memories
	}, time.Minute, time.Millisecond)
}

// together saves memories in one flush, and returns each one's error.
func together(t *testing.T, d *Database, list []*core.Memory) []error {
	t.Helper()
	return togetherOn(t, d, d.committer, list, func(i int) error { return d.CreateMemory(t.Context(), list[i]) })
}

func togetherOn(t *testing.T, d *Database, g *groupCommitter, list []*core.Memory, save func(i int) error) []error {
	t.Helper()
	g.mu.Lock()
	g.inFlight, g.patience = maxInFlight, time.Hour // as many as may be
	g.mu.Unlock()
	errs := make([]error, len(list))
	var group sync.WaitGroup
	for i := range list {
		group.Go(func() { errs[i] = save(i) })
	}
	g.waitFor(t, len(list))
	for range maxInFlight {
		g.next(d)
	}
	group.Wait()
	require.Eventually(t, func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.inFlight == 0
	}, time.Minute, time.Millisecond, "every flush has ended")
	return errs
}

func TestGroupCommit(t *testing.T) {
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

// An error of one memory does not affect the others.
func TestGroupCommitWithWrongMemories(t *testing.T) {
	t.Parallel()
	s, first := sceneWithAVector(t)
	list := s.distinct(12)
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

// Memories with duplicate checks are flushed together as well, and are compared with
// each other.
func TestGroupCommitWithDuplicateChecks(t *testing.T) {
	t.Parallel()
	for name, analyzed := range map[string]bool{"by the filter": false, "in a sweep": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := sceneWithAVector(t)
			if analyzed { // so that the rows of the table are known, of which all pass
				_, err := s.pool.ExecContext(t.Context(), `ANALYZE embeddings`)
				require.NoError(t, err)
			}
			like := func(axis int) []float32 { // similarity 0.995
				v := unit(384, axis)
				v[axis+1] = 0.1
				return v
			}
			list := make([]*core.Memory, maxCheckedBatch)
			how := make([]core.Deduplication, len(list))
			for i := range list {
				list[i] = s.memory(fmt.Sprint(i))
				list[i].Embedding = unit(384, 2*i)
			}
			list[0].Embedding = like(0)
			list[1].Embedding, how[1].Skip = like(0), true
			list[2].Embedding, how[2].Threshold = like(0), 0.999
			list[2].Embedding[2] = 0.1
			list[3].Embedding, list[3].RoomID = like(0), [16]byte{}
			list[4].Embedding, list[4].Type = like(0), "other"
			list[5].AgentID = core.NewID()
			list[6].Embedding = unit(512, 0)
			list[8].Embedding, list[9].Embedding = unit(384, 300), unit(384, 300)

			isNew := make([]bool, len(list))
			errs := togetherOn(t, s.Database, s.checkedCommitter, list, func(i int) (err error) {
				isNew[i], err = s.CreateMemoryOnce(t.Context(), list[i], how[i])
				return err
			})
			for i, m := range list {
				switch i {
				case 5:
					require.ErrorIs(t, errs[i], core.ErrNotFound)
				case 6:
					require.ErrorIs(t, errs[i], core.ErrDimension)
				default:
					require.NoError(t, errs[i], i)
				}
				if i == 5 || i == 6 {
					require.False(t, isNew[i], i)
					continue
				}
				require.Equal(t, isNew[i], !m.Duplicate, i)
				got, err := s.Memory(t.Context(), m.ID)
				if i == 1 {
					require.ErrorIs(t, err, core.ErrNotFound, "there was one like it")
					continue
				}
				require.NoError(t, err, i)
				require.Equal(t, m.Duplicate, got.Duplicate, i)
				switch i {
				case 0:
					require.False(t, isNew[i])
				case 8: // whichever came first
					require.NotEqual(t, isNew[8], isNew[9])
				case 9:
				default:
					require.True(t, isNew[i], i)
				}
			}
		})
	}
}

// One of them is refused: each is checked and saved by itself.
func TestDuplicateChecksWithAWrongMemory(t *testing.T) {
	t.Parallel()
	s, first := sceneWithAVector(t)
	list := s.distinct(4)
	list[1].ID = first.ID
	isNew := make([]bool, len(list))
	errs := togetherOn(t, s.Database, s.checkedCommitter, list, func(i int) (err error) {
		isNew[i], err = s.CreateMemoryOnce(t.Context(), list[i], core.Deduplication{Skip: true})
		return err
	})
	require.Equal(t, []bool{false, false, true, true}, isNew)
	require.ErrorIs(t, errs[1], core.ErrConflict)
	for _, i := range []int{0, 2, 3} {
		require.NoError(t, errs[i])
	}
	require.True(t, list[0].Duplicate, "it is the first one's vector")
	_, err := s.Memory(t.Context(), list[0].ID)
	require.ErrorIs(t, err, core.ErrNotFound)
}

// A memory is skipped as a duplicate of another of its batch only if that was saved.
func TestNoDuplicateOfAMemoryThatIsNotSaved(t *testing.T) {
	t.Parallel()
	s := newScene(t) // the agent has no vector, so that nothing is inserted at first
	taken := s.memory("taken")
	require.NoError(t, s.CreateMemory(t.Context(), taken))
	list := []*core.Memory{s.memory("first"), s.memory("second")}
	list[0].ID = taken.ID
	g := s.checkedCommitter
	g.inFlight, g.patience = maxInFlight, time.Hour
	var errs [2]error
	var isNew [2]bool
	var group sync.WaitGroup
	for i, m := range list {
		m.Embedding = unit(384, 3)
		group.Go(func() { isNew[i], errs[i] = s.CreateMemoryOnce(t.Context(), m, core.Deduplication{Skip: true}) })
		g.waitFor(t, i+1)
	}
	for range maxInFlight {
		g.next(s.Database)
	}
	group.Wait()
	if errs[0] == nil { // the second was faster, and the first is skipped as its duplicate
		require.True(t, list[0].Duplicate)
	} else {
		require.ErrorIs(t, errs[0], core.ErrConflict)
	}
	require.NoError(t, errs[1])
	require.Equal(t, [2]bool{false, true}, isNew)
	_, err := s.Memory(t.Context(), list[1].ID)
	require.NoError(t, err)
}

// A caller that stops waiting gets its own error, and does not affect the others.
func TestGroupCommitWithACallerThatGivesUp(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	g := s.committer
	g.inFlight, g.patience = maxInFlight, time.Hour
	m := s.memory("given up")
	m.Embedding = unit(384, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.CreateMemory(ctx, m), context.Canceled)
	other := s.memory("kept")
	other.Embedding = unit(384, 2)
	done := make(chan error)
	go func() { done <- s.CreateMemory(t.Context(), other) }()
	g.waitFor(t, 1) // the cancelled one no longer waits
	g.next(s.Database)
	require.NoError(t, <-done)
	g.next(s.Database)
	_, err := s.Memory(t.Context(), m.ID)
	require.ErrorIs(t, err, core.ErrNotFound)
}

// All flushes in flight are blocked: a caller sends its own statement after a while.
func TestGroupCommitBehindBlockedFlushes(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	s.committer.inFlight = maxInFlight
	m := s.memory("alone")
	m.Embedding = unit(384, 1)
	require.NoError(t, s.CreateMemory(t.Context(), m))
	require.Empty(t, s.committer.waiting)
}

// One row of a batch waits for a lock; the others do not.
func TestGroupCommitWithALockedRow(t *testing.T) {
	t.Parallel()
	s, _ := sceneWithAVector(t)
	room := core.NewID()
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: room, AgentID: s.agent, WorldID: s.world, Name: "r", Source: "x", Type: core.ChannelGroup}))
	tx, err := s.pool.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT FROM rooms WHERE id = $1 FOR UPDATE`, room.String())
	require.NoError(t, err)
	list := s.distinct(6)
	list[3].RoomID = room
	g := s.committer
	g.inFlight, g.patience = maxInFlight, time.Hour
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
	for range maxInFlight {
		g.next(s.Database)
	}
	for range 5 {
		require.NotEqual(t, 3, <-done)
	}
	require.NoError(t, tx.Rollback())
	require.Equal(t, 3, <-done)
}
