package databasetest

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// documents tests deduplication and deletion, including documents with
// fragments.
func documents(t *testing.T, open Open) {
	for name, test := range map[string]func(t *testing.T, s *scene){
		"only what is new":         memoryOnce,
		"deletes":                  memoryDeletes,
		"fragments go with theirs": documentDeletes,
		"an id deletes no other agent's fragment": documentOfOtherAgent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newScene(t, open))
		})
	}
}

func memoryOnce(t *testing.T, s *scene) {
	near := func() []float32 { // similarity 0.995 to the first
		v := axis(384, 0)
		v[1] = 0.1
		return v
	}
	once := func(text string, how core.Deduplication, change func(*core.Memory)) (*core.Memory, bool) {
		t.Helper()
		m := s.memory(text)
		m.Embedding = near()
		if change != nil {
			change(m)
		}
		isNew, err := s.CreateMemoryOnce(t.Context(), m, how)
		require.NoError(t, err)
		return m, isNew
	}
	_, isNew := once("first", core.Deduplication{}, func(m *core.Memory) { m.Embedding = axis(384, 0) })
	require.True(t, isNew)
	second, isNew := once("second", core.Deduplication{}, nil)
	require.False(t, isNew)
	require.True(t, second.Duplicate)
	got, err := s.Memory(t.Context(), second.ID)
	require.NoError(t, err)
	require.True(t, got.Duplicate, "it was saved, and marked")
	_, isNew = once("stricter", core.Deduplication{Threshold: 0.9999}, func(m *core.Memory) { m.Embedding[2] = 0.1 })
	require.True(t, isNew)
	_, isNew = once("skipped", core.Deduplication{Skip: true}, nil)
	require.False(t, isNew)
	for name, change := range map[string]func(*core.Memory){
		"type": func(m *core.Memory) { m.Type = "x" }, "room": func(m *core.Memory) { m.RoomID = uuid.Nil },
		"world": func(m *core.Memory) { m.WorldID = uuid.Nil }, "entity": func(m *core.Memory) { m.EntityID = uuid.Nil },
		"no vector": func(m *core.Memory) { m.Embedding = nil },
	} {
		_, isNew := once("another "+name, core.Deduplication{}, change)
		require.True(t, isNew, name)
	}
	query := s.messages()
	query.RoomID, query.Unique, query.EntityID, query.WorldID = s.room, true, s.user, s.world
	require.ElementsMatch(t, []string{"first", "stricter", "another no vector"}, s.listed(t, query))
	_, err = s.CreateMemoryOnce(t.Context(), s.memory("x"), core.Deduplication{Threshold: 1.5})
	invalid(t, err, "Threshold")
}

func memoryDeletes(t *testing.T, s *scene) {
	var ids []uuid.UUID
	for i := range 5 {
		ids = append(ids, s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.Embedding = axis(384, i) }).ID)
	}
	fact := s.keep(t, "fact", func(m *core.Memory) { m.Type = core.MemoryFacts })
	require.NoError(t, s.DeleteMemory(t.Context(), ids[0]))
	require.ErrorIs(t, s.DeleteMemory(t.Context(), ids[0]), core.ErrNotFound)
	n, err := s.DeleteMemories(t.Context(), ids[:3])
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = s.DeleteMemories(t.Context(), nil)
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = s.DeleteRoomMemories(t.Context(), s.room, core.MemoryMessages)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	_, err = s.DeleteRoomMemories(t.Context(), s.room, "")
	invalid(t, err)
	require.Empty(t, s.listed(t, s.messages()))
	_, err = s.Memory(t.Context(), fact.ID)
	require.NoError(t, err, "another type stays")
}

// fragment saves a part of a document.
func (s *scene) fragment(t *testing.T, document, agent uuid.UUID) *core.Memory {
	t.Helper()
	return s.keep(t, "page", func(m *core.Memory) {
		m.Type, m.AgentID, m.RoomID = core.MemoryFragments, agent, uuid.Nil
		m.Metadata = core.MemoryMetadata{Type: core.MetadataFragment, DocumentID: &document, Position: new(int)}
	})
}

func (s *scene) document(t *testing.T) *core.Memory {
	t.Helper()
	return s.keep(t, "book", func(m *core.Memory) {
		m.Type, m.Metadata = core.MemoryDocuments, core.MemoryMetadata{Type: core.MetadataDocument, Timestamp: 1}
	})
}

func documentDeletes(t *testing.T, s *scene) {
	for name, remove := range map[string]func(id uuid.UUID) (int, error){
		"one":  func(id uuid.UUID) (int, error) { return 1, s.DeleteMemory(t.Context(), id) },
		"many": func(id uuid.UUID) (int, error) { return s.DeleteMemories(t.Context(), []uuid.UUID{id}) },
		"room": func(uuid.UUID) (int, error) {
			return s.DeleteRoomMemories(t.Context(), s.room, core.MemoryDocuments)
		},
	} {
		document := s.document(t)
		own, other := s.fragment(t, document.ID, s.agent), s.fragment(t, core.NewID(), s.agent)
		n, err := remove(document.ID)
		require.NoError(t, err, name)
		require.Equal(t, 1, n, "fragments are not counted")
		left, err := s.MemoriesByID(t.Context(), []uuid.UUID{document.ID, own.ID, other.ID})
		require.NoError(t, err)
		require.Len(t, left, 1, name)
		require.Equal(t, other.ID, left[0].ID, "another document's stays")
	}
}

func documentOfOtherAgent(t *testing.T, s *scene) {
	document := s.document(t)
	others := s.fragment(t, document.ID, s.addAgent(t, "Other"))
	require.NoError(t, s.DeleteMemory(t.Context(), document.ID))
	_, err := s.Memory(t.Context(), others.ID)
	require.NoError(t, err)
}
