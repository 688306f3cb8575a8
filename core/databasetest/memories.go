package databasetest

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// memories tests core.MemoryStore, except CreateMemories.
func memories(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"what is created is read":       memoryRoundTrip,
		"what cannot be saved":          memoryRefused,
		"filters filter":                memoryFilters,
		"metadata filters":              memoryMetadata,
		"what a plugin adds":            pluginMetadata,
		"metadata of other types":       memoryAdopted,
		"pages never overlap":           memoryPages,
		"several rooms":                 memoryRooms,
		"by id":                         memoryByID,
		"updates":                       memoryUpdates,
		"vectors":                       memoryVectors,
		"inside a transaction":          memoryInTx,
		"two dimensions at once":        memoryDimensionRace,
		"unknown ids are errors":        memoryUnknown,
		"a world that goes leaves them": memoryWorldless,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

// memory returns a valid memory.
func (s *scene) memory(text string) *core.Memory {
	return &core.Memory{
		Type: core.MemoryMessages, AgentID: s.agent, EntityID: s.user, RoomID: s.room, WorldID: s.world,
		Content: core.Content{Text: text},
	}
}

// keep saves a memory modified by change.
func (s *scene) keep(t *testing.T, text string, change func(*core.Memory)) *core.Memory {
	t.Helper()
	m := s.memory(text)
	if change != nil {
		change(m)
	}
	require.NoError(t, s.CreateMemory(t.Context(), m))
	return m
}

func (s *scene) messages() core.MemoryQuery {
	return core.MemoryQuery{AgentID: s.agent, Type: core.MemoryMessages}
}

// listed returns the texts of the memories that a query lists.
func (s *scene) listed(t *testing.T, query core.MemoryQuery) []string {
	t.Helper()
	list, err := s.Memories(t.Context(), query)
	require.NoError(t, err)
	return textsOf(list)
}

func textsOf(list []*core.Memory) []string {
	texts := []string{}
	for _, m := range list {
		texts = append(texts, m.Content.Text)
	}
	return texts
}

// axis returns a unit vector along one axis.
func axis(length, at int) []float32 {
	v := make([]float32, length)
	v[at] = 1
	return v
}

func memoryRoundTrip(t *testing.T, s *scene) {
	reply, document, position := core.NewID(), core.NewID(), 3
	vector := make([]float32, 384)
	for i := range vector {
		vector[i] = float32(math.Sin(float64(i))) / 3 // many digits
	}
	vector[7], vector[8] = math.SmallestNonzeroFloat32, -math.MaxFloat32/1e20
	m := s.memory("hello")
	m.Content.Actions, m.Content.InReplyTo, m.Content.Data = []string{"REPLY"}, &reply, map[string]any{"k": "v"}
	m.Metadata = core.MemoryMetadata{
		Type: core.MetadataFragment, DocumentID: &document, Position: &position, Tags: []string{"a"},
		Extra: map[string]any{"mine": map[string]any{"score": 4.5}},
	}
	m.Embedding = vector
	require.NoError(t, s.CreateMemory(t.Context(), m))
	require.NotZero(t, m.ID)
	require.NotZero(t, m.CreatedAt)
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.True(t, m.CreatedAt.Equal(got.CreatedAt))
	got.CreatedAt = m.CreatedAt
	require.Equal(t, m, got, "not rounded, nothing lost")

	bare := &core.Memory{Type: "x", AgentID: s.agent}
	require.NoError(t, s.CreateMemory(t.Context(), bare))
	got, err = s.Memory(t.Context(), bare.ID)
	require.NoError(t, err)
	require.Zero(t, got.RoomID)
	require.Zero(t, got.EntityID)
	require.Empty(t, got.Embedding)
}

func memoryRefused(t *testing.T, s *scene) {
	m := s.keep(t, "first", nil)
	again := *m
	require.ErrorIs(t, s.CreateMemory(t.Context(), &again), core.ErrConflict)
	for name, tt := range map[string]struct {
		change func(*core.Memory)
		is     error
		names  string
	}{
		"no type":        {func(m *core.Memory) { m.Type = "" }, core.ErrInvalid, "Type"},
		"no agent":       {func(m *core.Memory) { m.AgentID = uuid.Nil }, core.ErrInvalid, "AgentID"},
		"another agent":  {func(m *core.Memory) { m.AgentID = core.NewID() }, core.ErrNotFound, ""},
		"another room":   {func(m *core.Memory) { m.RoomID = core.NewID() }, core.ErrNotFound, ""},
		"another world":  {func(m *core.Memory) { m.WorldID = core.NewID() }, core.ErrNotFound, ""},
		"another entity": {func(m *core.Memory) { m.EntityID = core.NewID() }, core.ErrNotFound, ""},
		"a short vector": {func(m *core.Memory) { m.Embedding = []float32{1} }, core.ErrDimension, ""},
		"not a number":   {func(m *core.Memory) { m.Embedding = axis(384, 0); m.Embedding[5] = float32(math.NaN()) }, core.ErrInvalid, ""},
		"infinite":       {func(m *core.Memory) { m.Embedding = axis(384, 0); m.Embedding[5] = float32(math.Inf(-1)) }, core.ErrInvalid, ""},
		"no JSON":        {func(m *core.Memory) { m.Content.Data = map[string]any{"x": make(chan int)} }, core.ErrInvalid, ""},
		"beyond years":   {func(m *core.Memory) { m.CreatedAt = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) }, core.ErrInvalid, ""},
		"a fragment of nothing": {func(m *core.Memory) {
			m.Metadata = core.MemoryMetadata{Type: core.MetadataFragment}
		}, core.ErrInvalid, "DocumentID"},
		"a fragment somewhere": {func(m *core.Memory) {
			m.Metadata = core.MemoryMetadata{Type: core.MetadataFragment, DocumentID: new(core.NewID())}
		}, core.ErrInvalid, "Position"},
		"a document of no time": {func(m *core.Memory) {
			m.Metadata = core.MemoryMetadata{Type: core.MetadataDocument}
		}, core.ErrInvalid, "Timestamp"},
	} {
		m := s.memory("refused")
		tt.change(m)
		err := s.CreateMemory(t.Context(), m)
		require.ErrorIs(t, err, tt.is, name)
		require.ErrorContains(t, err, tt.names, name)
		require.NotContains(t, err.Error(), "INSERT", name)
	}
	require.Equal(t, []string{"first"}, s.listed(t, s.messages()))
	err := s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Metadata: &core.MemoryMetadata{Type: core.MetadataDocument}})
	invalid(t, err, "Timestamp")
}

func memoryByID(t *testing.T, s *scene) {
	at := time.Now().Truncate(time.Millisecond)
	a := s.keep(t, "a", func(m *core.Memory) { m.CreatedAt, m.Embedding = at, axis(384, 1) })
	b := s.keep(t, "b", func(m *core.Memory) { m.CreatedAt = at.Add(time.Second) })
	s.keep(t, "c", func(m *core.Memory) { m.CreatedAt = at.Add(2 * time.Second) })
	got, err := s.MemoriesByID(t.Context(), []uuid.UUID{a.ID, core.NewID(), b.ID, a.ID})
	require.NoError(t, err)
	require.Equal(t, []string{"b", "a"}, textsOf(got))
	require.Equal(t, a.Embedding, got[1].Embedding)
	got, err = s.MemoriesByID(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, got)
	query := s.messages()
	query.Embeddings, query.Limit, query.Offset = true, 1, 2
	got, err = s.Memories(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, a.Embedding, got[0].Embedding)
}

func memoryUpdates(t *testing.T, s *scene) {
	m := s.keep(t, "before", func(m *core.Memory) { m.Metadata.Source, m.Embedding = "cli", axis(384, 1) })
	read := func() *core.Memory {
		got, err := s.Memory(t.Context(), m.ID)
		require.NoError(t, err)
		return got
	}
	require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Content: &core.Content{Text: "after"}}))
	require.Equal(t, "after", read().Content.Text)
	require.Equal(t, "cli", read().Metadata.Source, "the rest stays")
	require.Equal(t, axis(384, 1), read().Embedding)
	require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{
		ID: m.ID, Metadata: &core.MemoryMetadata{Scope: "room"}, Embedding: axis(384, 2),
	}))
	require.Equal(t, core.MemoryMetadata{Scope: "room"}, read().Metadata, "replaced as a whole")
	require.Equal(t, axis(384, 2), read().Embedding)
	require.Equal(t, "after", read().Content.Text)

	require.ErrorIs(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{
		ID: m.ID, Content: &core.Content{Text: "lost"}, Embedding: axis(512, 0),
	}), core.ErrDimension)
	require.Equal(t, "after", read().Content.Text, "all or nothing")
	invalid(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{Content: &core.Content{}}), "ID")
}

func memoryVectors(t *testing.T, s *scene) {
	m := s.keep(t, "a", nil)
	require.NoError(t, s.SetEmbedding(t.Context(), m.ID, axis(768, 1)))
	require.NoError(t, s.SetEmbedding(t.Context(), m.ID, axis(768, 2)), "a vector can be replaced")
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, axis(768, 2), got.Embedding)
	err = s.SetEmbedding(t.Context(), m.ID, axis(384, 1))
	require.ErrorIs(t, err, core.ErrDimension, "an agent keeps to one dimension")
	require.ErrorIs(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: s.agent, Embedding: axis(384, 1)}), core.ErrDimension)
	got, err = s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Equal(t, axis(768, 2), got.Embedding, "nothing was lost by the attempt")
	for _, length := range []int{384, 512, 768, 1024, 1536, 3072} {
		m := &core.Memory{Type: "x", AgentID: s.addAgent(t, fmt.Sprint("agent ", length)), Embedding: axis(length, length-1)}
		require.NoError(t, s.CreateMemory(t.Context(), m), "another agent may use another model")
		got, err := s.Memory(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, m.Embedding, got.Embedding)
	}
	other := s.addAgent(t, "Other")
	require.Error(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: other, RoomID: core.NewID(), Embedding: axis(384, 1)}))
	require.NoError(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: other, Embedding: axis(512, 1)}),
		"what failed gave the agent no dimension")
}

func memoryInTx(t *testing.T, s *scene) {
	require.ErrorIs(t, s.InTx(t.Context(), func(tx core.Database) error {
		m := s.memory("lost")
		m.Embedding = axis(384, 0)
		require.NoError(t, tx.CreateMemory(t.Context(), m))
		require.NoError(t, tx.SetEmbedding(t.Context(), m.ID, axis(384, 1)))
		require.NoError(t, tx.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Content: &core.Content{Text: "x"}}))
		require.NoError(t, tx.CreateMemories(t.Context(), []*core.Memory{s.memory("lost too")}))
		list, err := tx.Memories(t.Context(), s.messages())
		require.NoError(t, err)
		require.Len(t, list, 2)
		_, err = tx.DeleteMemories(t.Context(), []uuid.UUID{list[0].ID})
		require.NoError(t, err)
		return core.ErrNoModel
	}), core.ErrNoModel)
	require.Empty(t, s.listed(t, s.messages()))
	require.NoError(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: s.agent, Embedding: axis(512, 0)}),
		"the dimension was undone with the rest")
}

func memoryDimensionRace(t *testing.T, s *scene) {
	for range 5 {
		agent := s.addAgent(t, "two models")
		results := make(chan error, 2)
		for _, length := range []int{384, 512} {
			go func() {
				results <- s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: agent, Embedding: axis(length, 0)})
			}()
		}
		first, second := <-results, <-results
		if first == nil {
			first, second = second, first
		}
		require.ErrorIs(t, first, core.ErrDimension)
		require.NoError(t, second)
	}
}

func memoryUnknown(t *testing.T, s *scene) {
	id := core.NewID()
	_, err := s.Memory(t.Context(), id)
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, s.DeleteMemory(t.Context(), id), core.ErrNotFound)
	require.ErrorIs(t, s.SetEmbedding(t.Context(), id, axis(384, 0)), core.ErrNotFound)
	require.ErrorIs(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: id, Content: &core.Content{}}), core.ErrNotFound)
}

func memoryWorldless(t *testing.T, s *scene) {
	m := s.keep(t, "a", func(m *core.Memory) { m.Embedding = axis(384, 0) })
	_, err := s.Pool().ExecContext(t.Context(), `DELETE FROM public.worlds WHERE id = $1`, s.world)
	require.NoError(t, err)
	got, err := s.Memory(t.Context(), m.ID)
	require.NoError(t, err)
	require.Zero(t, got.WorldID)
	found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: axis(384, 0), WorldID: s.world})
	require.NoError(t, err)
	require.Empty(t, found, "searches know it, too")
}
