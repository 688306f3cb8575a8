package search

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// Sorting only the rows within a bound finds the same, whether the bound is that of
// a sample or a prediction, and whether the filter is evaluated before or after it.
func TestExactSearchSortsFew(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	list := s.manyMemories(t, 400, 384)
	find := func(vector []float32, count int, sel Selectivity) []Hit {
		t.Helper()
		n := Query{Filter: Filter{Agent: s.agent, Type: list[0].Type}, Vector: vector, Limit: count}
		found, err := Exact(t.Context(), s.Driver, s.planner, n, IDs, sel)
		require.NoError(t, err)
		return found
	}
	many := Selectivity{Passing: CountLimit}
	all := Selectivity{Passing: CountLimit, Rows: CountLimit}
	require.True(t, all.nearlyAll())
	require.False(t, many.nearlyAll())
	for i := range 9 {
		sorted := find(list[i].Embedding, 1+i, Selectivity{})
		require.Equal(t, sorted, find(list[i].Embedding, 1+i, many))
		require.Equal(t, sorted, find(list[i].Embedding, 1+i, all))
	}
	require.Len(t, find(list[0].Embedding, 500, Selectivity{Passing: 1_000_000}), 400, "the limit is above the number of rows")

	// The searches before found themselves; these limits are all about as far away.
	guess := func() (float64, bool) {
		return s.planner.guessBound(Query{Filter: Filter{Agent: s.agent, Type: list[0].Type}, Vector: list[0].Embedding, Limit: 10})
	}
	for i := range boundSamples {
		_, ok := guess()
		require.False(t, ok, i)
		find(list[i].Embedding, 10, many)
	}
	within, ok := guess()
	require.True(t, ok)
	for i := range 20 {
		require.Equal(t, find(list[i].Embedding, 10, Selectivity{}), find(list[i].Embedding, 10, many))
		require.Equal(t, find(list[i].Embedding, 10, Selectivity{}), find(list[i].Embedding, 10, all))
	}
	// Most rows are farther away than that: too few lie within the prediction.
	away := make([]float32, 384)
	for _, m := range list {
		for j, value := range m.Embedding {
			away[j] -= value
		}
	}
	sorted := find(away, 10, Selectivity{})
	require.Greater(t, sorted[9].Distance, within)
	require.Equal(t, sorted, find(away, 10, many))
}

// Half vectors cannot distinguish these. They are returned in their true order all
// the same, with their true distances.
func TestTheNearestAreComparedInFull(t *testing.T) {
	t.Parallel()
	for _, indexed := range []bool{false, true} {
		s := newFixture(t)
		wanted, apart := 20, func(i int) float64 { return 0.1 + float64(i)*2e-5 }
		var ids []uuid.UUID
		for i := rerankCount(wanted) - 1; i >= 0; i-- {
			m := s.memory()
			m.Embedding = axis(384, 0)
			m.Embedding[1] = float32(apart(i))
			s.create(t, m)
			ids = append(ids, m.ID)
		}
		slices.Reverse(ids)
		for range 2 * wanted {
			m := s.memory()
			m.Embedding = axis(384, 0)
			m.Embedding[1] = 0.2
			s.create(t, m)
		}
		_, err := s.pool.ExecContext(t.Context(), "UPDATE embeddings SET indexed = $1", indexed)
		require.NoError(t, err)
		n := Query{Filter: Filter{Agent: s.agent, Type: core.MemoryMessages}, Vector: axis(384, 0), Limit: wanted}
		var found []Hit
		if indexed {
			var scanned int
			found, scanned, err = IndexScan(t.Context(), s.Driver, n, IDs, 100)
			require.NoError(t, err)
			require.Equal(t, wanted, scanned)
		} else {
			found, err = Exact(t.Context(), s.Driver, s.planner, n, IDs, Selectivity{})
		}
		require.NoError(t, err)
		require.Len(t, found, wanted)
		for i, h := range found {
			require.Equal(t, ids[i], h.ID, i)
			require.InDelta(t, 1-1/math.Hypot(1, apart(i)), h.Distance, distanceTolerance)
		}
	}
}

// pgvector cannot compute the distance to vectors too large or too small, which the
// stores refuse and other programs may save; their half vectors have one. So they
// are found, and no other row is missing.
func TestVectorsThatCannotBeComparedInFull(t *testing.T) {
	t.Parallel()
	for _, value := range []float32{1e38, 1e25, 1e-25, 1e-38} {
		s := newFixture(t)
		list := s.manyMemories(t, 40, 384)
		_, err := s.pool.ExecContext(t.Context(), `UPDATE embeddings SET dim_384 = array_fill($1::float4, ARRAY[384])::vector
			WHERE memory_id IN (SELECT memory_id FROM embeddings LIMIT 15)`, value)
		require.NoError(t, err)
		n := Query{Filter: Filter{Agent: s.agent, Type: list[0].Type}, Vector: make([]float32, 384), Limit: 20}
		for i := range n.Vector {
			n.Vector[i] = 1
		}
		found, err := Exact(t.Context(), s.Driver, s.planner, n, IDs, Selectivity{})
		require.NoError(t, err)
		require.Len(t, found, 20)
		require.InDelta(t, 0, found[14].Distance, 1e-5, value)
		require.Greater(t, found[15].Distance, 0.5, value)
		_, err = s.pool.ExecContext(t.Context(), "UPDATE embeddings SET indexed = true")
		require.NoError(t, err)
		byIndex, _, err := IndexScan(t.Context(), s.Driver, n, IDs, 100)
		require.NoError(t, err)
		require.Equal(t, found, byIndex, value)
	}
}

// A predicted bound that exactly the wanted number of rows lie within, by their half
// vectors, excludes none that is nearer in full.
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
	many, wanted := Selectivity{Passing: 100 * CountLimit}, 100
	n := Query{Filter: Filter{Agent: s.agent, Type: list[0].Type}, Limit: wanted}
	for i := range 20 {
		n.Vector = list[i].Embedding
		var c Conditions
		about := strings.ReplaceAll(n.Target(&c).HalfDistance(), pgtx.Vector, "public")
		var within float64
		require.NoError(t, s.pool.QueryRowContext(t.Context(), "SELECT "+about+" AS about FROM embeddings e ORDER BY about OFFSET "+
			c.Arg(wanted-1)+" LIMIT 1", c.Args...).Scan(&within))
		for range boundSamples {
			s.planner.learnBound(n, within/boundMargin)
		}
		guess, ok := s.planner.guessBound(n)
		require.True(t, ok)
		require.InEpsilon(t, within, guess, 1e-9)
		found, err := Exact(t.Context(), s.Driver, s.planner, n, IDs, many)
		require.NoError(t, err)
		sorted, err := Exact(t.Context(), s.Driver, s.planner, n, IDs, Selectivity{})
		require.NoError(t, err)
		require.Equal(t, sorted, found, i)
	}
}
