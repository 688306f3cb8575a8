package sql

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// Sorting only what is nearer than a bound finds the same, be the bound that of
// a sample or a guess, and the filter looked at before or after it.
func TestExactSearchSortsFew(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.indexer = nil
	list := s.manyMemories(t, 400, 384)
	search := func(vector []float32, count int, counted counted) []hit {
		t.Helper()
		n := nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, vector: vector, count: count}
		found, err := runExact(t.Context(), s.Database, n, onlyID, counted)
		require.NoError(t, err)
		return found
	}
	many := counted{passing: countCap}
	all := counted{passing: countCap, rows: countCap}
	require.True(t, all.nearlyAll())
	require.False(t, many.nearlyAll())
	for i := range 9 {
		sorted := search(list[i].Embedding, 1+i, counted{})
		require.Equal(t, sorted, search(list[i].Embedding, 1+i, many))
		require.Equal(t, sorted, search(list[i].Embedding, 1+i, all))
	}
	require.Len(t, search(list[0].Embedding, 500, counted{passing: 1_000_000}), 400, "more are wanted than there are")

	// Those before were nearest to themselves; these are as far away from all.
	guess := func() (float64, bool) {
		return s.planner.guess(nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, vector: list[0].Embedding, count: 10})
	}
	for i := range boundsKept {
		_, ok := guess()
		require.False(t, ok, i)
		search(list[i].Embedding, 10, many)
	}
	within, ok := guess()
	require.True(t, ok)
	for i := range 20 {
		require.Equal(t, search(list[i].Embedding, 10, counted{}), search(list[i].Embedding, 10, many))
		require.Equal(t, search(list[i].Embedding, 10, counted{}), search(list[i].Embedding, 10, all))
	}
	// Most are farther away than that: the guess finds too few.
	away := make([]float32, 384)
	for _, m := range list {
		for j, value := range m.Embedding {
			away[j] -= value
		}
	}
	sorted := search(away, 10, counted{})
	require.Greater(t, sorted[9].distance, within)
	require.Equal(t, sorted, search(away, 10, many))
}

// Where few are expected to pass, and many do, the answer is the same; and if it
// took long, they are counted again.
func TestFewAreExpected(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.indexer = nil
	list := s.manyMemories(t, 3*alwaysExact+300, 384)
	rare := make([]uuid.UUID, fewCounts)
	for i := range rare {
		rare[i] = s.addEntity(t, "rare")
		m := s.memory("rare")
		m.EntityID, m.Embedding = rare[i], list[i].Embedding
		require.NoError(t, s.CreateMemory(t.Context(), m))
	}
	asked := func(entity uuid.UUID) nearest {
		return nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type, entity: entity}, vector: list[4].Embedding, count: 10}
	}
	search := func(entity uuid.UUID) {
		t.Helper()
		found, err := s.SearchMemories(t.Context(), core.MemorySearch{
			AgentID: s.agent, Type: list[0].Type, EntityID: entity, Vector: list[4].Embedding,
		})
		require.NoError(t, err)
		truth, err := runExact(t.Context(), s.Database, asked(entity), onlyID, counted{})
		require.NoError(t, err)
		require.Len(t, found, len(truth))
		for i, m := range found {
			require.Equal(t, truth[i].id, m.ID)
		}
	}
	for _, entity := range rare {
		_, expected := s.planner.expectsFew(asked(s.user))
		require.False(t, expected)
		search(entity)
	}
	_, expected := s.planner.expectsFew(asked(s.user))
	require.True(t, expected)
	search(s.user)
	require.NotContains(t, s.planner.counts, asked(s.user).countKey(), "not counted")

	key, alike := asked(s.user).fewKey()
	require.True(t, alike)
	s.planner.few[key] = few{counts: fewCounts, fastest: -time.Hour} // as if all took long
	search(s.user)
	_, expected = s.planner.expectsFew(asked(s.user))
	require.False(t, expected)
	search(s.user)
	require.Greater(t, s.planner.counts[asked(s.user).countKey()].passing, alwaysExact)
	clear(s.planner.counts)
	for _, entity := range rare {
		search(entity)
	}
	_, expected = s.planner.expectsFew(asked(s.user))
	require.False(t, expected, "one is known that lets many pass")

	s.planner.few[key] = few{counts: fewCounts, fastest: time.Hour}
	counted := 0
	for range 2 * fewEvery {
		if _, expected := s.planner.expectsFew(asked(s.user)); !expected {
			counted++
		}
	}
	require.Equal(t, 2, counted, "it is counted every so often")
	_, alike = nearest{filter: memoryFilter{agent: s.agent, kind: "x", entity: s.user, since: time.Now()}}.fewKey()
	require.False(t, alike, "what is behind a time says nothing of other times")
}
