package databasetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// embeddings tests core.EmbeddingStore.
func embeddings(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"another dimension":            rebuildAll,
		"interrupted and gone on with": rebuildResumed,
		"searched all the while":       rebuildSearched,
		"reverted":                     rebuildReverted,
		"what is refused":              rebuildRefused,
		"texts that change":            rebuildChanged,
		"by another model":             rebuildModel,
		"compared all the while":       rebuildCompared,
		"of every length":              rebuildLengths,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, open)
			for i := range 25 {
				s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.Embedding = axis(384, i) })
			}
			test(t, s)
		})
	}
}

// embedder returns an Embed function that maps a text holding a number n to the
// n-th axis.
func embedder(length int) func(context.Context, []string) ([][]float32, error) {
	return func(_ context.Context, texts []string) ([][]float32, error) {
		var vectors [][]float32
		for _, text := range texts {
			var n int
			if _, err := fmt.Sscan(text, &n); err != nil {
				return nil, err
			}
			vectors = append(vectors, axis(length, n))
		}
		return vectors, nil
	}
}

func (s *scene) embeddingState(t *testing.T) core.EmbeddingState {
	t.Helper()
	state, err := s.EmbeddingState(t.Context(), s.agent)
	require.NoError(t, err)
	return state
}

// requireDimension checks the dimension by searching.
func (s *scene) requireDimension(t *testing.T, length, other int) {
	t.Helper()
	for i := range 25 {
		require.Equal(t, fmt.Sprint(i), s.found(t, s.near(axis(length, i)))[0])
	}
	_, err := s.SearchMemories(t.Context(), s.near(axis(other, 0)))
	require.ErrorIs(t, err, core.ErrDimension)
}

func rebuildAll(t *testing.T, s *scene) {
	blank := s.keep(t, " ", func(m *core.Memory) { m.Embedding = axis(384, 30) })
	s.keep(t, "77", nil)
	otherAgent := s.addAgent(t, "Other")
	others := &core.Memory{Type: "x", AgentID: otherAgent, Embedding: axis(384, 0)}
	require.NoError(t, s.CreateMemory(t.Context(), others))
	require.Equal(t, core.EmbeddingState{Dimension: 384, Total: 26}, s.embeddingState(t))
	var told []core.EmbeddingState
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 3072, Embed: embedder(3072), Batch: 10,
		Progress: func(state core.EmbeddingState) { told = append(told, state) },
	}))
	require.Equal(t, core.EmbeddingState{Dimension: 384, Target: 3072, Total: 26}, told[0])
	require.Contains(t, told, core.EmbeddingState{Dimension: 384, Target: 3072, Total: 26, Done: 10})
	require.Equal(t, core.EmbeddingState{Dimension: 3072, Total: 25}, told[len(told)-1])
	s.requireDimension(t, 3072, 384)
	got, err := s.Memory(t.Context(), blank.ID)
	require.NoError(t, err)
	require.Empty(t, got.Embedding, "without text, no vector")
	require.Len(t, s.found(t, core.MemorySearch{AgentID: otherAgent, Type: "x", Vector: axis(384, 0)}), 1, "other agents keep theirs")
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 3072}), "nothing left to do")
	require.ErrorIs(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: s.agent, Embedding: axis(384, 0)}), core.ErrDimension)

	free := s.addAgent(t, "without vectors")
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: free, Dimension: 512, Embed: embedder(512)}))
	require.ErrorIs(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: free, Embedding: axis(384, 0)}), core.ErrDimension)
}

// broken returns an Embed function that fails after some batches.
func broken(length, batches int) func(context.Context, []string) ([][]float32, error) {
	return func(ctx context.Context, texts []string) ([][]float32, error) {
		if batches--; batches < 0 {
			return nil, errNoModel
		}
		return embedder(length)(ctx, texts)
	}
}

var errNoModel = errors.New("the model went away")

func rebuildResumed(t *testing.T, s *scene) {
	require.ErrorIs(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 512, Embed: broken(512, 2), Batch: 5,
	}), errNoModel)
	require.Equal(t, core.EmbeddingState{Dimension: 384, Target: 512, Total: 25, Done: 10}, s.embeddingState(t))
	s.requireDimension(t, 384, 512)
	made := 0
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 512, Embed: func(ctx context.Context, texts []string) ([][]float32, error) {
			made += len(texts)
			return embedder(512)(ctx, texts)
		},
	}))
	require.Equal(t, 15, made, "what was made is not made again")
	s.requireDimension(t, 512, 384)
}

func rebuildSearched(t *testing.T, s *scene) {
	changed := s.keep(t, "20", func(m *core.Memory) { m.Embedding = axis(384, 40) })
	round := 0
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 512, Batch: 8,
		Embed: func(ctx context.Context, texts []string) ([][]float32, error) {
			round++
			require.Equal(t, "3", s.found(t, s.near(axis(384, 3)))[0])
			if round == 2 { // memories come and change while the model works
				s.keep(t, "50", func(m *core.Memory) { m.Embedding = axis(384, 50) })
				s.keep(t, "51", func(m *core.Memory) { m.Embedding = axis(512, 51) })
				require.NotContains(t, s.found(t, s.near(axis(384, 51))), "51")
				require.ErrorIs(t, s.CreateMemory(ctx, &core.Memory{Type: "x", AgentID: s.agent, Embedding: axis(768, 0)}), core.ErrDimension)
			}
			if round == 4 {
				require.NoError(t, s.UpdateMemory(ctx, core.MemoryUpdate{
					ID: changed.ID, Content: &core.Content{Text: "60"}, Embedding: axis(384, 60),
				}))
			}
			return embedder(512)(ctx, texts)
		},
	}))
	s.requireDimension(t, 512, 384)
	for _, n := range []int{50, 51, 60} {
		require.Equal(t, fmt.Sprint(n), s.found(t, s.near(axis(512, n)))[0])
	}
	require.Equal(t, core.EmbeddingState{Dimension: 512, Total: 28}, s.embeddingState(t))
}

func rebuildReverted(t *testing.T, s *scene) {
	require.Error(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: broken(512, 1), Batch: 5}))
	err := s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 768, Embed: embedder(768)})
	require.ErrorIs(t, err, core.ErrDimension)
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 384}))
	require.Equal(t, core.EmbeddingState{Dimension: 384, Total: 25}, s.embeddingState(t))
	s.requireDimension(t, 384, 512)
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 768, Embed: embedder(768)}))
	s.requireDimension(t, 768, 384)
}

func rebuildChanged(t *testing.T, s *scene) {
	change := func(from, to string) {
		t.Helper()
		list, err := s.Memories(t.Context(), s.messages())
		require.NoError(t, err)
		for _, m := range list {
			if m.Content.Text == from {
				require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Content: &core.Content{Text: to}}))
				return
			}
		}
		require.Fail(t, "there is no memory "+from)
	}
	change("0", "100")
	require.Equal(t, "100", s.found(t, s.near(axis(384, 0)))[0], "without a rebuild, a vector stays as it was given")
	require.Error(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{
		AgentID: s.agent, Dimension: 512, Embed: broken(512, 3), Batch: 5,
	}))
	for i := range 25 {
		if i%2 == 1 {
			change(fmt.Sprint(i), fmt.Sprint(100+i))
		}
	}
	require.Equal(t, "101", s.found(t, s.near(axis(384, 1)))[0], "the old vectors are searched")
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: embedder(512), Batch: 5}))
	for i := range 25 {
		at := i
		if i == 0 || i%2 == 1 {
			at += 100
		}
		require.Equal(t, fmt.Sprint(at), s.found(t, s.near(axis(512, at)))[0])
	}
}

func rebuildModel(t *testing.T, s *scene) {
	how := core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: broken(512, 1), Batch: 5, Model: "one"}
	require.ErrorIs(t, s.RebuildEmbeddings(t.Context(), how), errNoModel)
	how.Embed, how.Model = embedder(512), "another"
	err := s.RebuildEmbeddings(t.Context(), how)
	require.ErrorIs(t, err, core.ErrDimension)
	require.Equal(t, core.EmbeddingState{Dimension: 384, Target: 512, Total: 25, Done: 5}, s.embeddingState(t))
	how.Embed, how.Model = broken(512, 1), ""
	require.ErrorIs(t, s.RebuildEmbeddings(t.Context(), how), errNoModel, "a model without a name is not checked")
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 384}))
	how.Embed, how.Model = embedder(512), "another"
	require.NoError(t, s.RebuildEmbeddings(t.Context(), how), "reverted, and begun again")
	s.requireDimension(t, 512, 384)
	how.Dimension, how.Embed, how.Model = 768, embedder(768), "one"
	require.NoError(t, s.RebuildEmbeddings(t.Context(), how), "nothing is left of the name")
}

func rebuildCompared(t *testing.T, s *scene) {
	require.Error(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: broken(512, 1), Batch: 5}))
	for _, length := range []int{384, 512} {
		for i, want := range []bool{true, false} {
			m := s.memory("said twice")
			m.Embedding = axis(length, 300)
			isNew, err := s.CreateMemoryOnce(t.Context(), m, core.Deduplication{Skip: i == 1})
			require.NoError(t, err)
			require.Equal(t, want, isNew, "vectors of length %d", length)
		}
	}
	_, err := s.SearchMemories(t.Context(), s.near(axis(512, 0)))
	require.ErrorIs(t, err, core.ErrDimension)
	require.ErrorIs(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: s.agent, Embedding: axis(768, 0)}), core.ErrDimension)
}

func rebuildLengths(t *testing.T, s *scene) {
	before := 384
	for _, length := range []int{512, 768, 1024, 384, 3072} {
		require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: length, Embed: embedder(length)}))
		s.requireDimension(t, length, before)
		before = length
	}
}

func rebuildRefused(t *testing.T, s *scene) {
	rebuild := func(change func(*core.EmbeddingRebuild)) error {
		how := core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: embedder(512)}
		change(&how)
		return s.RebuildEmbeddings(t.Context(), how)
	}
	invalid(t, rebuild(func(r *core.EmbeddingRebuild) { r.AgentID = [16]byte{} }), "AgentID")
	require.ErrorIs(t, rebuild(func(r *core.EmbeddingRebuild) { r.AgentID = core.NewID() }), core.ErrNotFound)
	require.ErrorIs(t, rebuild(func(r *core.EmbeddingRebuild) { r.Dimension = 100 }), core.ErrDimension)
	invalid(t, rebuild(func(r *core.EmbeddingRebuild) { r.Embed = nil }), "Embed")
	invalid(t, rebuild(func(r *core.EmbeddingRebuild) { r.Batch = -1 }), "Batch")
	require.ErrorIs(t, rebuild(func(r *core.EmbeddingRebuild) { r.Embed = embedder(768) }), core.ErrDimension)
	require.Error(t, rebuild(func(r *core.EmbeddingRebuild) {
		r.Embed = func(context.Context, []string) ([][]float32, error) { return nil, nil }
	}))
	require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error {
		return tx.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: embedder(512)})
	}), core.ErrInvalid)
	_, err := s.EmbeddingState(t.Context(), core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
	s.requireDimension(t, 384, 512)
}
