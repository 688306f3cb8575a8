package sql

import (
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// Sorting only what is nearer than a bound finds the same, be the bound that of
// a sample or a guess, and the filter looked at before or after it.
func TestExactSearchSortsFew(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	list := s.manyMemories(t, 400, 384)
	find := func(vector []float32, count int, counted counted) []hit {
		t.Helper()
		n := nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, vector: vector, count: count}
		found, err := runExact(t.Context(), s.Driver, s.planner, n, onlyID, counted)
		require.NoError(t, err)
		return found
	}
	many := counted{passing: countCap}
	all := counted{passing: countCap, rows: countCap}
	require.True(t, all.nearlyAll())
	require.False(t, many.nearlyAll())
	for i := range 9 {
		sorted := find(list[i].Embedding, 1+i, counted{})
		require.Equal(t, sorted, find(list[i].Embedding, 1+i, many))
		require.Equal(t, sorted, find(list[i].Embedding, 1+i, all))
	}
	require.Len(t, find(list[0].Embedding, 500, counted{passing: 1_000_000}), 400, "more are wanted than there are")

	// Those before were nearest to themselves; these are as far away from all.
	guess := func() (float64, bool) {
		return s.planner.guess(nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, vector: list[0].Embedding, count: 10})
	}
	for i := range boundsKept {
		_, ok := guess()
		require.False(t, ok, i)
		find(list[i].Embedding, 10, many)
	}
	within, ok := guess()
	require.True(t, ok)
	for i := range 20 {
		require.Equal(t, find(list[i].Embedding, 10, counted{}), find(list[i].Embedding, 10, many))
		require.Equal(t, find(list[i].Embedding, 10, counted{}), find(list[i].Embedding, 10, all))
	}
	// Most are farther away than that: the guess finds too few.
	away := make([]float32, 384)
	for _, m := range list {
		for j, value := range m.Embedding {
			away[j] -= value
		}
	}
	sorted := find(away, 10, counted{})
	require.Greater(t, sorted[9].distance, within)
	require.Equal(t, sorted, find(away, 10, many))
}

// Half vectors cannot tell these apart. They come in their true order all the
// same, with their true similarities.
func TestTheNearestAreComparedInFull(t *testing.T) {
	t.Parallel()
	for _, indexed := range []bool{false, true} {
		s := newFixture(t)
		wanted, apart := 20, func(i int) float64 { return 0.1 + float64(i)*2e-5 }
		var ids []uuid.UUID
		for i := compared(wanted) - 1; i >= 0; i-- {
			m := s.memory()
			m.Embedding = unit(384, 0)
			m.Embedding[1] = float32(apart(i))
			s.create(t, m)
			ids = append(ids, m.ID)
		}
		slices.Reverse(ids)
		for range 2 * wanted {
			m := s.memory()
			m.Embedding = unit(384, 0)
			m.Embedding[1] = 0.2
			s.create(t, m)
		}
		_, err := s.pool.ExecContext(t.Context(), "UPDATE embeddings SET indexed = $1", indexed)
		require.NoError(t, err)
		n := nearest{filter: memoryFilter{agent: s.agent, kind: core.MemoryMessages}, vector: unit(384, 0), count: wanted}
		var found []hit
		if indexed {
			var walked int
			found, walked, err = runGraph(t.Context(), s.Driver, n, onlyID, 100)
			require.NoError(t, err)
			require.Equal(t, wanted, walked)
		} else {
			found, err = runExact(t.Context(), s.Driver, s.planner, n, onlyID, counted{})
		}
		require.NoError(t, err)
		require.Len(t, found, wanted)
		for i, h := range found {
			require.Equal(t, ids[i], h.id, i)
			require.InDelta(t, 1-1/math.Hypot(1, apart(i)), h.distance, sameDistance)
		}
	}
}

// pgvector cannot compute the distance to vectors as large, or as small, as nobody
// can save here; their halves have one. So they are found, and nothing is missing
// in their place.
func TestVectorsThatCannotBeComparedInFull(t *testing.T) {
	t.Parallel()
	for _, value := range []float32{1e38, 1e25, 1e-25, 1e-38} {
		s := newFixture(t)
		list := s.manyMemories(t, 40, 384)
		_, err := s.pool.ExecContext(t.Context(), `UPDATE embeddings SET dim_384 = array_fill($1::float4, ARRAY[384])::vector
			WHERE memory_id IN (SELECT memory_id FROM embeddings LIMIT 15)`, value)
		require.NoError(t, err)
		n := nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, vector: make([]float32, 384), count: 20}
		for i := range n.vector {
			n.vector[i] = 1
		}
		found, err := runExact(t.Context(), s.Driver, s.planner, n, onlyID, counted{})
		require.NoError(t, err)
		require.Len(t, found, 20)
		require.InDelta(t, 0, found[14].distance, 1e-5, value)
		require.Greater(t, found[15].distance, 0.5, value)
		_, err = s.pool.ExecContext(t.Context(), "UPDATE embeddings SET indexed = true")
		require.NoError(t, err)
		byGraph, _, err := runGraph(t.Context(), s.Driver, n, onlyID, 100)
		require.NoError(t, err)
		require.Equal(t, found, byGraph, value)
	}
}

// A guess that just as many are within as are wanted, by their halves, leaves out
// none that is nearer in full.
func TestAGuessLeavesOutNothingNearer(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	list := s.manyMemories(t, 1000, 384)
	for _, m := range list {
		for i := range m.Embedding {
			m.Embedding[i] = 1 + m.Embedding[i]/20
		}
		m.ID = core.NewID()
	}
	s.create(t, list...)
	many, wanted := counted{passing: 100 * countCap}, 100
	n := nearest{filter: memoryFilter{agent: s.agent, kind: list[0].Type}, count: wanted}
	for i := range 20 {
		n.vector = list[i].Embedding
		var c conditions
		about := n.target(&c).about()
		var within float64
		require.NoError(t, s.pool.QueryRowContext(t.Context(), "SELECT "+about+" AS about FROM embeddings e ORDER BY about OFFSET "+
			c.arg(wanted-1)+" LIMIT 1", c.args...).Scan(&within))
		for range boundsKept {
			s.planner.learnBound(n, within/boundMargin)
		}
		guess, ok := s.planner.guess(n)
		require.True(t, ok)
		require.InEpsilon(t, within, guess, 1e-9)
		found, err := runExact(t.Context(), s.Driver, s.planner, n, onlyID, many)
		require.NoError(t, err)
		sorted, err := runExact(t.Context(), s.Driver, s.planner, n, onlyID, counted{})
		require.NoError(t, err)
		require.Equal(t, sorted, found, i)
	}
}
