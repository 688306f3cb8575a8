package sql

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// Every vector that is not refused is the most similar one to itself.
func TestVectorsOfAnyNormAreComparedOrRefused(t *testing.T) {
	t.Parallel()
	db := open(t)
	for component, fine := range map[float32]bool{
		1: true, 1e-16: true, 1e17: true, 1e-17: false, 1e-23: false, math.SmallestNonzeroFloat32: false, 1e18: false, math.MaxFloat32: false,
	} {
		s := sceneOn(t, db)
		m := s.memory("a")
		m.Embedding = slices.Repeat([]float32{component}, 384)
		err := s.CreateMemory(t.Context(), m)
		search := core.MemorySearch{AgentID: s.agent, Type: m.Type, Vector: m.Embedding}
		found, searchErr := s.SearchMemories(t.Context(), search)
		if !fine {
			require.ErrorContains(t, err, "norm", "%g", component)
			require.ErrorContains(t, searchErr, "norm", "%g", component)
			continue
		}
		require.NoError(t, err, "%g", component)
		require.NoError(t, searchErr, "%g", component)
		require.Len(t, found, 1, "%g", component)
		require.InDelta(t, 1, found[0].Similarity, 1e-6, "%g", component)
	}
}

// Of equal memories that are an agent's first at the same time, one is new: who
// comes second looks again when the agent has got its dimension.
func TestFirstVectorsAreComparedToo(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var group sync.WaitGroup
	var created atomic.Int64
	start := make(chan struct{})
	for range 16 {
		group.Go(func() {
			m := s.memory("same")
			m.Embedding = unit(384, 3)
			<-start
			isNew, err := s.CreateMemoryOnce(t.Context(), m, core.Deduplication{Skip: true})
			if assert.NoError(t, err) && isNew {
				created.Add(1)
			}
		})
	}
	close(start)
	group.Wait()
	require.EqualValues(t, 1, created.Load())
	n, err := s.CountMemories(t.Context(), core.MemoryQuery{AgentID: s.agent, Type: core.MemoryMessages})
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

// What searches compare with is in the row, whatever its length, and the vector
// alone is out of it.
func TestHalfVectorsStayInTheirRows(t *testing.T) {
	t.Parallel()
	for _, length := range search.Dimensions {
		s := newScene(t)
		m := s.memory("m")
		m.Embedding = unit(length, 1)
		require.NoError(t, s.CreateMemory(t.Context(), m))
		require.Equal(t, 1, outOfRows(t, s.Database), length)
		found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: m.Type, Vector: m.Embedding})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.InDelta(t, 1, found[0].Similarity, similarityError, length)
	}
}

// outOfRows is how many values PostgreSQL has moved out of the rows of
// embeddings.
func outOfRows(t *testing.T, d *Database) (values int) {
	t.Helper()
	var table string
	require.NoError(t, d.Pool().QueryRowContext(t.Context(),
		`SELECT reltoastrelid::regclass FROM pg_class WHERE oid = 'public.embeddings'::regclass`).Scan(&table))
	require.NoError(t, d.Pool().QueryRowContext(t.Context(), "SELECT count(DISTINCT chunk_id) FROM "+table).Scan(&values))
	return values
}

// A hit that pgvector cannot compare in full has the similarity of its half vector.
func TestHitsThatCannotBeComparedInFull(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	m := s.memory("m")
	m.Embedding = unit(384, 1)
	require.NoError(t, s.CreateMemory(t.Context(), m))
	for _, value := range []float32{1e38, 1e25, 1e-25, 1e-38} {
		_, err := s.Pool().ExecContext(t.Context(), `UPDATE embeddings SET dim_384 = array_fill($1::float4, ARRAY[384])::vector`, value)
		require.NoError(t, err)
		hits, err := s.fetchHits(t.Context(), []uuid.UUID{m.ID}, slices.Repeat([]float32{1}, 384))
		require.NoError(t, err)
		require.InDelta(t, 1, hits[0].Similarity, 1e-5, value)
	}
}
