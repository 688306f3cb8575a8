package sql

import (
	"testing"

	"github.com/stretchr/testify/require"
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
