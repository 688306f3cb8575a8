package databasetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// cachedEmbeddings tests core.CachedEmbeddingStore.
func cachedEmbeddings(t *testing.T, open Open) {
	vector := func(at int) []float32 {
		v := make([]float32, 384)
		v[at] = 0.1234567890123
		return v
	}
	t.Run("nearest first", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		long := strings.Repeat("ü", 5000)
		for i, text := range []string{"hello world", "hello word", "hallo word", "something else", long, "hello world"} {
			require.NoError(t, s.CreateMemory(t.Context(), &core.Memory{
				Type: "messages", AgentID: s.agent, Content: core.Content{Text: text, Thought: "same"},
				Embedding: vector(i), CreatedAt: past.Add(time.Duration(i) * time.Minute),
			}))
		}
		require.NoError(t, s.CreateMemory(t.Context(), &core.Memory{
			Type: "messages", AgentID: s.agent, Content: core.Content{Text: "hello world"},
		}), "one without a vector")
		look := func(change func(*core.CachedEmbeddingQuery)) (at []int, distances []int) {
			query := core.CachedEmbeddingQuery{AgentID: s.agent, Type: "messages", Text: "hello world"}
			change(&query)
			found, err := s.CachedEmbeddings(t.Context(), query)
			require.NoError(t, err)
			for _, hit := range found {
				for i := range 6 {
					if hit.Vector[i] != 0 {
						require.Equal(t, vector(i), hit.Vector)
						at = append(at, i)
					}
				}
				distances = append(distances, hit.Distance)
			}
			return at, distances
		}
		at, distances := look(func(q *core.CachedEmbeddingQuery) { q.MaxDistance = 2 })
		require.Equal(t, []int{5, 0, 1, 2}, at)
		require.Equal(t, []int{0, 0, 1, 2}, distances)
		at, _ = look(func(*core.CachedEmbeddingQuery) {})
		require.Equal(t, []int{5, 0}, at, "the text itself alone")
		at, _ = look(func(q *core.CachedEmbeddingQuery) { q.MaxDistance, q.Limit = 2, 3 })
		require.Equal(t, []int{5, 0, 1}, at)
		at, _ = look(func(q *core.CachedEmbeddingQuery) { q.Text, q.MaxDistance = long+"x", 1 })
		require.Equal(t, []int{4}, at, "texts may be long")
		at, _ = look(func(q *core.CachedEmbeddingQuery) { q.Text, q.Field, q.Limit = "same", "thought", 1 })
		require.Equal(t, []int{5}, at, "another field")
		for _, other := range []func(*core.CachedEmbeddingQuery){
			func(q *core.CachedEmbeddingQuery) { q.Type = "facts" },
			func(q *core.CachedEmbeddingQuery) { q.AgentID = s.addAgent(t, "Other") },
			func(q *core.CachedEmbeddingQuery) { q.Field = "source" },
			func(q *core.CachedEmbeddingQuery) { q.Text = "nothing like it" },
		} {
			at, _ = look(other)
			require.Empty(t, at)
		}
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		whole := core.CachedEmbeddingQuery{AgentID: s.agent, Type: "messages", Text: "x"}
		for what, change := range map[string]func(*core.CachedEmbeddingQuery){
			"AgentID": func(q *core.CachedEmbeddingQuery) { q.AgentID = [16]byte{} }, "Type": func(q *core.CachedEmbeddingQuery) { q.Type = "" },
			"Text": func(q *core.CachedEmbeddingQuery) { q.Text = "" }, "MaxDistance": func(q *core.CachedEmbeddingQuery) { q.MaxDistance = -1 },
			"Limit": func(q *core.CachedEmbeddingQuery) { q.Limit = -1 },
		} {
			query := whole
			change(&query)
			_, err := s.CachedEmbeddings(t.Context(), query)
			invalid(t, err, what)
		}
	})
	t.Run("any text", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		rapid.Check(t, func(r *rapid.T) {
			text := someText().Draw(r, "text")
			memory := &core.Memory{Type: "messages", AgentID: s.agent, Content: core.Content{Text: clean(text)}, Embedding: vector(1)}
			require.NoError(r, s.CreateMemory(t.Context(), memory))
			found, err := s.CachedEmbeddings(t.Context(), core.CachedEmbeddingQuery{
				AgentID: s.agent, Type: "messages", Text: text, MaxDistance: rapid.IntRange(0, 3).Draw(r, "distance"),
			})
			require.NoError(r, err)
			require.NotEmpty(r, found)
			require.Zero(r, found[0].Distance)
			_, err = s.CachedEmbeddings(t.Context(), core.CachedEmbeddingQuery{
				AgentID: s.agent, Type: "messages", Text: text, Field: anyText().Draw(r, "field"),
			})
			require.NoError(r, err)
		})
	})
}
