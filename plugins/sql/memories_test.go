package sql

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// unit is a vector with one component.
func unit(length, at int) []float32 {
	v := make([]float32, length)
	v[at] = 1
	return v
}

func TestMemoryRoundTrip(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	reply := core.NewID()
	document, position := core.NewID(), 3
	m := s.memory("hello")
	m.Content.Actions, m.Content.InReplyTo, m.Content.Data = []string{"REPLY"}, &reply, map[string]any{"k": "v"}
	m.Metadata = core.MemoryMetadata{Type: core.MetadataFragment, DocumentID: &document, Position: &position, Tags: []string{"a"}}
	m.Embedding = unit(384, 7)
	require.NoError(t, s.CreateMemory(t.Context(), m))
	require.NotZero(t, m.ID)
	require.NotZero(t, m.CreatedAt)

	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.True(t, m.CreatedAt.Equal(got.CreatedAt))
	got.CreatedAt = m.CreatedAt
	require.Equal(t, m, got)

	again := *m
	require.ErrorIs(t, s.CreateMemory(t.Context(), &again), core.ErrConflict)
	require.ErrorContains(t, s.CreateMemory(t.Context(), &core.Memory{AgentID: s.agent}), "a memory has no type")
}

func TestMemoriesFilters(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	other := s.addEntity(t, "alan")
	room := core.NewID()
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: room, AgentID: s.agent, Name: "b", Source: "cli", Type: core.ChannelDM}))
	otherAgent := s.addAgent(t, "Other")
	add := func(text string, minute int, change func(*core.Memory)) {
		m := s.memory(text)
		m.CreatedAt = at.Add(time.Duration(minute) * time.Minute)
		change(m)
		require.NoError(t, s.CreateMemory(t.Context(), m))
	}
	add("first", 0, func(*core.Memory) {})
	add("by alan", 1, func(m *core.Memory) { m.EntityID = other })
	add("in room b", 2, func(m *core.Memory) { m.RoomID, m.WorldID = room, [16]byte{} })
	add("a fact", 3, func(m *core.Memory) { m.Type = core.MemoryFacts })
	add("another agent's", 4, func(m *core.Memory) {
		m.AgentID, m.EntityID, m.RoomID, m.WorldID = otherAgent, [16]byte{}, [16]byte{}, [16]byte{}
	})
	add("last", 5, func(*core.Memory) {})

	narrowed := func(change func(*core.MemoryQuery)) core.MemoryQuery {
		query := s.all()
		change(&query)
		return query
	}
	tests := map[string]struct {
		query core.MemoryQuery
		want  []string
	}{
		"newest first":    {s.all(), []string{"last", "in room b", "by alan", "first"}},
		"another type":    {core.MemoryQuery{AgentID: s.agent, Type: core.MemoryFacts}, []string{"a fact"}},
		"another agent":   {core.MemoryQuery{AgentID: otherAgent, Type: core.MemoryMessages}, []string{"another agent's"}},
		"room":            {narrowed(func(q *core.MemoryQuery) { q.RoomID = room }), []string{"in room b"}},
		"world":           {narrowed(func(q *core.MemoryQuery) { q.WorldID = s.world }), []string{"last", "by alan", "first"}},
		"entity":          {narrowed(func(q *core.MemoryQuery) { q.EntityID = other }), []string{"by alan"}},
		"since inclusive": {narrowed(func(q *core.MemoryQuery) { q.Since = at.Add(2 * time.Minute) }), []string{"last", "in room b"}},
		"until exclusive": {narrowed(func(q *core.MemoryQuery) { q.Until = at.Add(2 * time.Minute) }), []string{"by alan", "first"}},
		"a page":          {narrowed(func(q *core.MemoryQuery) { q.Limit, q.Offset = 2, 1 }), []string{"in room b", "by alan"}},
	}
	for name, tt := range tests {
		require.Equal(t, tt.want, s.texts(t, tt.query), name)
	}
	_, err := s.Memories(t.Context(), narrowed(func(q *core.MemoryQuery) { q.Offset = -1 }))
	require.ErrorContains(t, err, "neither may be negative")
}

func TestPagesNeverOverlap(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	same := time.Now().Truncate(time.Millisecond)
	for i := range 25 {
		m := s.memory(fmt.Sprint(i))
		m.CreatedAt = same
		require.NoError(t, s.CreateMemory(t.Context(), m))
	}
	seen := map[string]bool{}
	for offset := 0; offset < 25; offset += 7 {
		query := s.all()
		query.Limit, query.Offset = 7, offset
		for _, text := range s.texts(t, query) {
			require.False(t, seen[text])
			seen[text] = true
		}
	}
	require.Len(t, seen, 25)
}

func TestEmbeddings(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	m := s.memory("a")
	require.NoError(t, s.CreateMemory(t.Context(), m))
	require.NoError(t, s.SetEmbedding(t.Context(), m.ID, unit(768, 1)))
	require.NoError(t, s.SetEmbedding(t.Context(), m.ID, unit(768, 2)), "a vector can be replaced")
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, unit(768, 2), got.Embedding)

	require.ErrorIs(t, s.SetEmbedding(t.Context(), m.ID, unit(384, 1)), core.ErrDimension, "an agent keeps to one dimension")
	got, err = s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, unit(768, 2), got.Embedding, "and nothing was lost by the attempt")

	err = s.SetEmbedding(t.Context(), m.ID, unit(100, 1))
	require.ErrorIs(t, err, core.ErrDimension)
	require.ErrorContains(t, err, "cannot change embedding dimension for agent")
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1))} {
		v := unit(768, 0)
		v[5] = bad
		require.ErrorContains(t, s.SetEmbedding(t.Context(), m.ID, v), "component 5 of the vector is")
	}

	// Another agent may use another model, and each length has its column.
	for _, length := range search.Dimensions {
		agent := s.addAgent(t, fmt.Sprint("agent ", length))
		m := &core.Memory{Type: "x", AgentID: agent, Embedding: unit(length, length-1)}
		require.NoError(t, s.CreateMemory(t.Context(), m))
		got, err := s.Memory(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, m.Embedding, got.Embedding)
	}
}

func TestTheDimensionIsKnownToANewProcess(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	m := s.memory("a")
	m.Embedding = unit(384, 1)
	require.NoError(t, s.CreateMemory(t.Context(), m))
	other := newDatabase(s.Pool(), s.driver, s.box, zap.NewNop())
	b := s.memory("b")
	b.Embedding = unit(512, 1)
	require.ErrorIs(t, other.CreateMemory(t.Context(), b), core.ErrDimension)
	_, err := s.Memory(t.Context(), b.ID)
	require.ErrorIs(t, err, core.ErrNotFound, "the memory goes with its vector")
}

func TestSearchFindsTheNearest(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	random := rand.New(rand.NewPCG(1, 2))
	vector := func() []float32 {
		v := make([]float32, 384)
		for i := range v {
			v[i] = float32(random.NormFloat64())
		}
		return v
	}
	other := s.addEntity(t, "alan")
	type hit struct {
		text       string
		similarity float64
	}
	query := vector()
	var byAll, byAlan []hit
	for i := range 300 {
		m := s.memory(fmt.Sprint(i))
		m.Embedding = vector()
		if i%100 == 0 {
			m.EntityID = other
		}
		require.NoError(t, s.CreateMemory(t.Context(), m))
		h := hit{m.Content.Text, cosine(query, m.Embedding)}
		byAll = append(byAll, h)
		if i%100 == 0 {
			byAlan = append(byAlan, h)
		}
	}
	check := func(want []hit, limit int, search core.MemorySearch) {
		t.Helper()
		slices.SortFunc(want, func(a, b hit) int {
			if a.similarity > b.similarity {
				return -1
			}
			return 1
		})
		search.AgentID, search.Type, search.Vector, search.Limit = s.agent, core.MemoryMessages, query, limit
		got, err := s.SearchMemories(t.Context(), search)
		require.NoError(t, err)
		want = want[:min(len(want), limit)]
		require.Len(t, got, len(want))
		for i, m := range got {
			require.Equal(t, want[i].text, m.Content.Text)
			require.InDelta(t, want[i].similarity, m.Similarity, 1e-4)
		}
	}
	check(byAll, 10, core.MemorySearch{})
	check(byAlan, 10, core.MemorySearch{EntityID: other}) // all three, however narrow the filter
	check(byAlan, 10, core.MemorySearch{EntityID: other, RoomID: s.room})
	check(nil, 10, core.MemorySearch{RoomID: core.NewID()})
	check(byAll[:2], 10, core.MemorySearch{Threshold: (byAll[1].similarity + byAll[2].similarity) / 2})

	none, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.addAgent(t, "Other"), Type: core.MemoryMessages, Vector: query})
	require.NoError(t, err)
	require.Empty(t, none, "another agent's memories are not found")
	_, err = s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Vector: []float32{1}})
	require.ErrorIs(t, err, core.ErrDimension)
	_, err = s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Vector: query, Limit: -1})
	require.ErrorContains(t, err, "give it a limit of 1 to")
}

func cosine(a, b []float32) float64 {
	var dot, aa, bb float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(aa*bb)
}

// Whatever a user writes can be saved, and comes back but for what PostgreSQL
// has no place for.
func TestAnyTextCanBeSaved(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	rapid.Check(t, func(r *rapid.T) {
		text := string(rapid.SliceOfN(rapid.OneOf(
			rapid.Byte(), rapid.SampledFrom([]byte("\x00\\u0\"{'$1%_")),
		), 0, 60).Draw(r, "text"))
		m := s.memory(text)
		m.Type = "notes"
		m.Content.Data = map[string]any{text: []any{text}}
		require.NoError(t, s.CreateMemory(t.Context(), m))
		got, err := s.Memory(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, cleaned(t, text), got.Content.Text)

		entity := &core.Entity{ID: core.NewID(), AgentID: s.agent, Names: []string{text}}
		require.NoError(t, s.SaveEntity(t.Context(), entity))
	})
}

// cleaned is what is left of a text that went through JSON, which makes U+FFFD
// of every byte that is no UTF-8.
func cleaned(t require.TestingT, text string) string {
	encoded, err := json.Marshal(text)
	require.NoError(t, err)
	var decoded string
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	return strings.ReplaceAll(decoded, "\x00", "")
}
