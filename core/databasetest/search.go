package databasetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// search tests core.SearchStore.
func search(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"the nearest come first":        searchNearest,
		"filters filter":                searchFilters,
		"as many as match, of many":     searchMany,
		"equal ones go by id":           searchTies,
		"no direction":                  searchZeros,
		"what is refused":               searchRefused,
		"each dimension":                searchDimensions,
		"inside a transaction":          searchInTx,
		"words and vectors":             searchHybrid,
		"words: the most of them":       searchMostWords,
		"words: common ones":            searchCommonWords,
		"words in the agent's language": searchLanguage,
		"a saved agent keeps it":        searchLanguageStays,
		"a memory beside a new one":     searchLanguageRace,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

// random draws vectors, the same ones in every run.
type random struct{ *rand.Rand }

func newRandom() random { return random{rand.New(rand.NewPCG(1, 2))} }

func (r random) vector(length int) []float32 {
	v := make([]float32, length)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// near returns v with noise added.
func (r random) near(v []float32, noise float64) []float32 {
	v = slices.Clone(v)
	for i := range v {
		v[i] += float32(noise * r.NormFloat64())
	}
	return v
}

func similarity(a, b []float32) float64 {
	var dot, aa, bb float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(aa*bb)
}

// nearestOf returns the texts of the memories nearest to a vector.
func nearestOf(all []*core.Memory, vector []float32, limit int) []string {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b *core.Memory) int {
		return int(math.Copysign(1, similarity(vector, b.Embedding)-similarity(vector, a.Embedding)))
	})
	return textsOf(all[:min(limit, len(all))])
}

func (s *scene) near(vector []float32) core.MemorySearch {
	return core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: vector}
}

// found returns the texts of the memories that a search finds.
func (s *scene) found(t *testing.T, search core.MemorySearch) []string {
	t.Helper()
	list, err := s.SearchMemories(t.Context(), search)
	require.NoError(t, err)
	return textsOf(list)
}

func searchNearest(t *testing.T, s *scene) {
	r := newRandom()
	var all []*core.Memory
	for i := range 200 {
		all = append(all, s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.Embedding = r.vector(384) }))
	}
	query := r.vector(384)
	require.Equal(t, nearestOf(all, query, 10), s.found(t, s.near(query)), "ten unless told otherwise")
	few := s.near(query)
	few.Limit = 3
	list, err := s.SearchMemories(t.Context(), few)
	require.NoError(t, err)
	require.Equal(t, nearestOf(all, query, 3), textsOf(list))
	for _, m := range list {
		i := slices.IndexFunc(all, func(one *core.Memory) bool { return one.ID == m.ID })
		require.InDelta(t, similarity(query, all[i].Embedding), m.Similarity, 1e-4)
		require.Empty(t, m.Embedding)
	}
	few.Threshold = (list[0].Similarity + list[1].Similarity) / 2
	require.Equal(t, nearestOf(all, query, 1), s.found(t, few))
	few.Limit, few.Threshold = 1000, 0
	require.Len(t, s.found(t, few), 200)
}

func searchFilters(t *testing.T, s *scene) {
	at := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	other, otherAgent, room := s.addEntity(t, "alan"), s.addAgent(t, "Other"), core.NewID()
	require.NoError(t, s.SaveRoom(t.Context(), &core.Room{ID: room, AgentID: s.agent, Name: "b", Source: "cli", Type: core.ChannelDM}))
	add := func(text string, minute int, change func(*core.Memory)) {
		s.keep(t, text, func(m *core.Memory) {
			m.CreatedAt, m.Embedding = at.Add(time.Duration(minute)*time.Minute), axis(384, 0)
			m.Embedding[1] = float32(minute) / 10 // the earlier, the nearer
			change(m)
		})
	}
	add("first", 0, func(*core.Memory) {})
	add("by alan", 1, func(m *core.Memory) { m.EntityID = other })
	add("in room b", 2, func(m *core.Memory) { m.RoomID, m.WorldID = room, uuid.Nil })
	add("a fact", 3, func(m *core.Memory) { m.Type = core.MemoryFacts })
	add("another agent's", 4, func(m *core.Memory) {
		m.AgentID, m.EntityID, m.RoomID, m.WorldID = otherAgent, uuid.Nil, uuid.Nil, uuid.Nil
	})
	add("tagged", 5, func(m *core.Memory) { m.Metadata.Tags = []string{"work"} })
	add("said before", 6, func(m *core.Memory) { m.Duplicate = true })
	s.keep(t, "without vector", nil)
	for name, tt := range map[string]struct {
		narrow func(*core.MemorySearch)
		want   []string
	}{
		"all":       {func(*core.MemorySearch) {}, []string{"first", "by alan", "in room b", "tagged", "said before"}},
		"type":      {func(q *core.MemorySearch) { q.Type = core.MemoryFacts }, []string{"a fact"}},
		"agent":     {func(q *core.MemorySearch) { q.AgentID = otherAgent }, []string{"another agent's"}},
		"room":      {func(q *core.MemorySearch) { q.RoomID = room }, []string{"in room b"}},
		"world":     {func(q *core.MemorySearch) { q.WorldID = s.world }, []string{"first", "by alan", "tagged", "said before"}},
		"entity":    {func(q *core.MemorySearch) { q.EntityID = other }, []string{"by alan"}},
		"both":      {func(q *core.MemorySearch) { q.EntityID, q.RoomID = other, room }, []string{}},
		"unique":    {func(q *core.MemorySearch) { q.Unique = true }, []string{"first", "by alan", "in room b", "tagged"}},
		"since":     {func(q *core.MemorySearch) { q.Since = at.Add(5 * time.Minute) }, []string{"tagged", "said before"}},
		"until":     {func(q *core.MemorySearch) { q.Until = at.Add(2 * time.Minute) }, []string{"first", "by alan"}},
		"limit":     {func(q *core.MemorySearch) { q.Limit = 2 }, []string{"first", "by alan"}},
		"threshold": {func(q *core.MemorySearch) { q.Threshold = 0.99 }, []string{"first", "by alan"}},
		"metadata": {func(q *core.MemorySearch) {
			q.Metadata = []core.MetadataFilter{{Path: []string{"tags"}, Op: core.MetadataContains, Value: "work"}}
		}, []string{"tagged"}},
		"unknown agent": {func(q *core.MemorySearch) { q.AgentID = core.NewID() }, []string{}},
	} {
		query := s.near(axis(384, 0))
		tt.narrow(&query)
		require.Equal(t, tt.want, s.found(t, query), name)
	}
}

// searchMany searches enough memories that an index is faster, clustered as
// embeddings are, with filters that few of them pass.
func searchMany(t *testing.T, s *scene) {
	r := newRandom()
	var centres [40][]float32
	for i := range centres {
		centres[i] = r.vector(384)
	}
	var all, rare []*core.Memory
	other := s.addEntity(t, "alan")
	for i := range 2500 {
		m := s.memory(fmt.Sprint(i))
		m.Embedding = r.near(centres[i%len(centres)], 0.3)
		if i%100 == 0 {
			m.EntityID, m.Metadata.Tags = other, []string{"rare"}
			rare = append(rare, m)
		}
		all = append(all, m)
	}
	require.NoError(t, s.CreateMemories(t.Context(), all))
	good, wanted := 0, 0
	for i := range 30 {
		query := r.near(all[i*7].Embedding, 0.1)
		want := nearestOf(all, query, 10)
		got := s.found(t, s.near(query))
		require.Len(t, got, 10)
		for _, text := range want {
			wanted++
			if slices.Contains(got, text) {
				good++
			}
		}
		narrow := s.near(query)
		narrow.EntityID = other
		require.Equal(t, nearestOf(rare, query, 10), s.found(t, narrow))
		narrow.EntityID, narrow.Metadata = uuid.Nil, []core.MetadataFilter{{Path: []string{"tags"}, Op: core.MetadataContains, Value: "rare"}}
		require.Equal(t, nearestOf(rare, query, 10), s.found(t, narrow))
		narrow.Limit = 100
		require.Len(t, s.found(t, narrow), len(rare), "all that match")
	}
	require.GreaterOrEqual(t, float64(good)/float64(wanted), 0.95)
}

func searchTies(t *testing.T, s *scene) {
	var ids []uuid.UUID
	for range 12 {
		ids = append(ids, s.keep(t, "same", func(m *core.Memory) { m.ID, m.Embedding = uuid.New(), axis(384, 3) }).ID)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	list, err := s.SearchMemories(t.Context(), s.near(axis(384, 3)))
	require.NoError(t, err)
	for i, m := range list {
		require.Equal(t, ids[i], m.ID)
		require.InDelta(t, 1, m.Similarity, 1e-6)
	}
}

func searchZeros(t *testing.T, s *scene) {
	zeros := s.keep(t, "zeros", func(m *core.Memory) { m.Embedding = make([]float32, 384) })
	s.keep(t, "something", func(m *core.Memory) { m.Embedding = axis(384, 1) })
	require.Equal(t, []string{"something"}, s.found(t, s.near(axis(384, 0))))
	got, err := s.Memory(t.Context(), zeros.ID)
	require.NoError(t, err)
	require.Equal(t, make([]float32, 384), got.Embedding, "it is kept all the same")
	_, err = s.SearchMemories(t.Context(), s.near(make([]float32, 384)))
	invalid(t, err)
}

func searchRefused(t *testing.T, s *scene) {
	s.keep(t, "a", func(m *core.Memory) { m.Embedding = axis(384, 0) })
	_, err := s.SearchMemories(t.Context(), s.near([]float32{1}))
	require.ErrorIs(t, err, core.ErrDimension)
	_, err = s.SearchMemories(t.Context(), s.near(nil))
	require.ErrorIs(t, err, core.ErrDimension, "none has length zero")
	_, err = s.SearchMemories(t.Context(), s.near(axis(512, 0)))
	require.ErrorIs(t, err, core.ErrDimension, "the agent's vectors have another length, which must not pass for nothing")
	for name, change := range map[string]func(*core.MemorySearch){
		"negative limit":  func(q *core.MemorySearch) { q.Limit = -1 },
		"no agent":        func(q *core.MemorySearch) { q.AgentID = uuid.Nil },
		"no type":         func(q *core.MemorySearch) { q.Type = "" },
		"not a number":    func(q *core.MemorySearch) { q.Vector[3] = float32(math.NaN()) },
		"no threshold":    func(q *core.MemorySearch) { q.Threshold = math.NaN() },
		"metadata, no op": func(q *core.MemorySearch) { q.Metadata = []core.MetadataFilter{{Path: []string{"a"}}} },
	} {
		query := s.near(axis(384, 0))
		change(&query)
		_, err := s.SearchMemories(t.Context(), query)
		require.ErrorIs(t, err, core.ErrInvalid, name)
	}
}

func searchDimensions(t *testing.T, s *scene) {
	r := newRandom()
	for _, length := range []int{384, 512, 768, 1024, 1536, 3072} {
		agent := s.addAgent(t, fmt.Sprint("agent ", length))
		var all []*core.Memory
		for i := range 20 {
			m := &core.Memory{Type: "x", AgentID: agent, Content: core.Content{Text: fmt.Sprint(i)}, Embedding: r.vector(length)}
			require.NoError(t, s.CreateMemory(t.Context(), m))
			all = append(all, m)
		}
		query := r.vector(length)
		require.Equal(t, nearestOf(all, query, 5), s.found(t, core.MemorySearch{AgentID: agent, Type: "x", Vector: query, Limit: 5}))
	}
}

func searchInTx(t *testing.T, s *scene) {
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		m := s.memory("seen")
		m.Embedding = axis(384, 0)
		require.NoError(t, tx.CreateMemory(t.Context(), m))
		list, err := tx.SearchMemories(t.Context(), s.near(axis(384, 0)))
		require.NoError(t, err)
		require.Equal(t, []string{"seen"}, textsOf(list))
		return nil
	}))
}
