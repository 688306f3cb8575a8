package sql

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// units makes the vector of a text that is a number n: the n-th axis. It counts
// what it made.
func units(length int, made *int) func(context.Context, []string) ([][]float32, error) {
	return func(_ context.Context, texts []string) ([][]float32, error) {
		var vectors [][]float32
		for _, text := range texts {
			var n int
			if _, err := fmt.Sscan(text, &n); err != nil {
				return nil, err
			}
			vectors = append(vectors, unit(length, n))
			*made++
		}
		return vectors, nil
	}
}

// numbered is a scene with 20 memories that are numbers.
func numbered(t *testing.T) *scene {
	t.Helper()
	s := newScene(t)
	for i := range 20 {
		s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.Embedding = unit(384, i) })
	}
	return s
}

// begun is a rebuild that was killed after some vectors were made.
func (s *scene) begun(t *testing.T, length int) {
	t.Helper()
	made, rounds := 0, 0
	err := s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: length, Batch: 5,
		Embed: func(ctx context.Context, texts []string) ([][]float32, error) {
			if rounds++; rounds > 2 {
				return nil, errors.New("killed")
			}
			return units(length, &made)(ctx, texts)
		},
	})
	require.ErrorContains(t, err, "killed")
}

// requireRebuilt rebuilds, and all memories are found, with one vector each.
func (s *scene) requireRebuilt(t *testing.T, length, makes int) {
	t.Helper()
	made := 0
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: length, Embed: units(length, &made), Batch: 7}))
	require.Equal(t, makes, made)
	for i := range 20 {
		found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: unit(length, i), Limit: 30})
		require.NoError(t, err)
		require.Len(t, found, 20)
		require.Equal(t, fmt.Sprint(i), found[0].Content.Text)
		require.InDelta(t, 1, found[0].Similarity, 1e-6)
	}
	var two int
	require.NoError(t, s.pool.QueryRowContext(t.Context(), `SELECT count(*) FROM embeddings
		WHERE num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) > 1`).Scan(&two))
	require.Zero(t, two, "old vectors are deleted")
}

// A rebuild that was killed as it deleted old vectors leaves some behind, which
// must not stand in the way of the next, nor be taken for its own.
func TestARebuildThatWasKilledAsItCleaned(t *testing.T) {
	t.Parallel()
	takenBack := func(t *testing.T, s *scene) {
		s.begun(t, 512)
		r := &rebuild{Database: s.Database, EmbeddingRebuild: core.EmbeddingRebuild{AgentID: s.agent, Dimension: 384}}
		_, err := r.begin(t.Context())
		require.NoError(t, err)
	}
	switchedOver := func(t *testing.T, s *scene) {
		made := 0
		r := &rebuild{Database: s.Database, EmbeddingRebuild: core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: units(512, &made), Batch: 64}}
		var err error
		r.now, err = r.begin(t.Context())
		require.NoError(t, err)
		done, err := r.round(t.Context())
		require.NoError(t, err)
		require.True(t, done)
	}
	for name, test := range map[string]func(t *testing.T, s *scene){
		"reverted, then another": func(t *testing.T, s *scene) {
			takenBack(t, s)
			s.requireRebuilt(t, 768, 20)
		},
		"reverted, then the same": func(t *testing.T, s *scene) {
			takenBack(t, s)
			s.requireRebuilt(t, 512, 20)
		},
		"reverted, then again": func(t *testing.T, s *scene) {
			takenBack(t, s)
			s.requireRebuilt(t, 384, 0)
		},
		"cut over, then another": func(t *testing.T, s *scene) {
			switchedOver(t, s)
			s.requireRebuilt(t, 768, 20)
		},
		"cut over, then back": func(t *testing.T, s *scene) {
			switchedOver(t, s)
			s.requireRebuilt(t, 384, 20)
		},
		"cut over, then killed again": func(t *testing.T, s *scene) {
			switchedOver(t, s)
			s.begun(t, 1024)
			s.requireRebuilt(t, 1024, 10)
		},
		"never": func(t *testing.T, s *scene) {
			for _, length := range []int{512, 768, 1536, 384} {
				s.requireRebuilt(t, length, 20)
			}
		},
		"a vector of the new length alone": func(t *testing.T, s *scene) {
			_, err := s.pool.ExecContext(t.Context(), `UPDATE embeddings SET dim_384 = NULL, dim_512 = array_fill(1, ARRAY[512])::vector
				WHERE memory_id IN (SELECT id FROM memories WHERE content ->> 'text' = '3')`)
			require.NoError(t, err)
			s.begun(t, 512)
			s.requireRebuilt(t, 512, 10)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, numbered(t))
		})
	}
}

// The vectors that a rebuild made before it was killed were those of old texts
// for ever.
func TestARebuildMakesVectorsOfNewTexts(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var list []*core.Memory
	for i := range 20 {
		list = append(list, s.keep(t, fmt.Sprint(100+i), func(m *core.Memory) { m.Embedding = unit(384, i) }))
	}
	s.begun(t, 512) // the first ten have theirs
	change := func(m *core.Memory, n int) {
		t.Helper()
		require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Content: &core.Content{Text: fmt.Sprint(n)}}))
	}
	for _, i := range []int{0, 1, 18, 19} {
		change(list[i], i)
	}
	own := s.keep(t, "140", func(m *core.Memory) { m.Embedding = unit(512, 40) })
	change(own, 141) // its vector is its caller's, and the only one
	require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: list[2].ID, Metadata: &core.MemoryMetadata{Source: "cli"}}))
	made, rounds := 0, 0
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 512, Batch: 3,
		Embed: func(ctx context.Context, texts []string) ([][]float32, error) {
			vectors, err := units(512, &made)(ctx, texts)
			switch rounds++; rounds {
			case 2: // of the batch before, and of this one
				change(list[0], 50)
				change(list[10], 51)
				change(list[13], 52)
			}
			return vectors, err
		},
	}))
	require.Equal(t, 10+2+3, made, "that of 0 is made twice more, of 10 and 13 once")
	for id, text := range map[int]int{0: 50, 1: 1, 2: 102, 10: 51, 11: 111, 13: 52, 18: 18, 19: 19} {
		found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: unit(512, text), Limit: 1})
		require.NoError(t, err)
		require.InDelta(t, 1, found[0].Similarity, 1e-6)
		require.Equal(t, list[id].ID, found[0].ID)
	}
	got, err := s.Memory(t.Context(), own.ID)
	require.NoError(t, err)
	require.Equal(t, unit(512, 40), got.Embedding)
}
