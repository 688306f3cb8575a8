package sql

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
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
