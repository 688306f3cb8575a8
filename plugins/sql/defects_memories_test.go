package sql

import (
	"math"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

var memoryMisbehaviour = []misbehaviour{
	{"whether a memory must be new is an argument that is ignored", func(t *testing.T, s *scene) {
		embedded := func(m *core.Memory) { m.Embedding = unit(384, 0) }
		s.keep(t, "first", embedded)
		second := s.keep(t, "second", embedded)
		require.False(t, second.Duplicate, "nothing is looked for unless asked")
		third := s.memory("third")
		embedded(third)
		isNew, err := s.CreateMemoryOnce(t.Context(), third, core.Deduplication{})
		require.NoError(t, err)
		require.False(t, isNew)
	}},
	{"createMemory passes over an id that exists", func(t *testing.T, s *scene) {
		m := s.keep(t, "first", nil)
		again := *m
		require.ErrorIs(t, s.CreateMemory(t.Context(), &again), core.ErrConflict)
	}},
	{"a memory without agent goes to some agent", func(t *testing.T, s *scene) {
		require.ErrorContains(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x"}), "AgentID")
	}},
	{"vectors are rounded, and non-finite components become 0", func(t *testing.T, s *scene) {
		m := s.keep(t, "digits", func(m *core.Memory) { m.Embedding = unit(384, 0); m.Embedding[1] = 0.123456789 })
		got, err := s.Memory(t.Context(), m.ID)
		require.NoError(t, err)
		require.Equal(t, m.Embedding, got.Embedding)
		for _, value := range []float64{math.NaN(), math.Inf(1)} {
			m := s.memory("refused")
			m.Embedding = unit(384, 0)
			m.Embedding[7] = float32(value)
			require.ErrorContains(t, s.CreateMemory(t.Context(), m), "component 7")
		}
	}},
	{"any other dimension is taken for undefined", func(t *testing.T, s *scene) {
		m := s.memory("refused")
		m.Embedding = unit(100, 0)
		require.ErrorIs(t, s.CreateMemory(t.Context(), m), core.ErrDimension)
		require.Empty(t, s.texts(t, s.all()), "nor is it saved without the vector")
		_, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: m.Type, Vector: m.Embedding})
		require.ErrorIs(t, err, core.ErrDimension)
		require.ErrorIs(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 100}), core.ErrDimension)
	}},
	{"getMemories does not filter by entity", func(t *testing.T, s *scene) {
		s.keep(t, "grace's", nil)
		alan := s.addEntity(t, "alan")
		s.keep(t, "alan's", func(m *core.Memory) { m.EntityID = alan })
		query := s.all()
		query.EntityID = alan
		require.Equal(t, []string{"alan's"}, s.texts(t, query))
	}},
	{"getMemoriesByRoomIds has no embeddings", func(t *testing.T, s *scene) {
		s.keep(t, "a", func(m *core.Memory) { m.Embedding = unit(384, 0) })
		query := s.all()
		query.RoomIDs, query.Embeddings = []uuid.UUID{s.room}, true
		got, err := s.Memories(t.Context(), query)
		require.NoError(t, err)
		require.Equal(t, unit(384, 0), got[0].Embedding)
	}},
	{"getMemoryById returns no world", func(t *testing.T, s *scene) {
		got, err := s.Memory(t.Context(), s.keep(t, "a", nil).ID)
		require.NoError(t, err)
		require.Equal(t, s.world, got.WorldID)
	}},
	{"getMemoriesByWorldId goes through the rooms", func(t *testing.T, s *scene) {
		s.keep(t, "in no room", func(m *core.Memory) { m.RoomID = uuid.Nil })
		s.keep(t, "in no world", func(m *core.Memory) { m.WorldID = uuid.Nil })
		query := s.all()
		query.WorldID = s.world
		require.Equal(t, []string{"in no room"}, s.texts(t, query))
	}},
	{"getMemoriesByServerId is a stub", func(t *testing.T, s *scene) {
		server, room := core.NewID(), &core.Room{AgentID: s.agent, Type: core.ChannelGroup}
		room.MessageServerID = server
		require.NoError(t, s.SaveRoom(t.Context(), room))
		s.keep(t, "of the server", func(m *core.Memory) { m.RoomID = room.ID })
		s.keep(t, "of none", nil)
		rooms, err := s.Rooms(t.Context(), core.RoomQuery{AgentID: s.agent, MessageServerID: server})
		require.NoError(t, err)
		query := s.all()
		query.RoomIDs = convert(rooms, func(r *core.Room) uuid.UUID { return r.ID })
		require.Equal(t, []string{"of the server"}, s.texts(t, query))
	}},
	{"updateMemory is true for an unknown id", func(t *testing.T, s *scene) {
		update := core.MemoryUpdate{ID: core.NewID(), Content: &core.Content{Text: "lost"}}
		require.ErrorIs(t, s.UpdateMemory(t.Context(), update), core.ErrNotFound)
		update = core.MemoryUpdate{ID: s.keep(t, "a", nil).ID, Embedding: unit(100, 0)}
		require.ErrorIs(t, s.UpdateMemory(t.Context(), update), core.ErrDimension, "nor is an error false")
	}},
	{"a memory that is deleted need not exist", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.DeleteMemory(t.Context(), core.NewID()), core.ErrNotFound)
		s.keep(t, "a", nil)
		s.keep(t, "b", nil)
		n, err := s.DeleteRoomMemories(t.Context(), s.room, core.MemoryMessages)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	}},
	{"countMemories leaves out duplicates by default", func(t *testing.T, s *scene) {
		s.keep(t, "a", nil)
		s.keep(t, "said before", func(m *core.Memory) { m.Duplicate = true })
		query := s.all()
		n, err := s.CountMemories(t.Context(), query)
		require.NoError(t, err)
		require.Equal(t, 2, n, "as many as Memories lists")
		query.Type = ""
		_, err = s.CountMemories(t.Context(), query)
		require.ErrorContains(t, err, "Type")
	}},
}

var searchMisbehaviour = []misbehaviour{
	{"the words of a search are ignored", func(t *testing.T, s *scene) {
		s.keep(t, "about lighthouses", nil)
		s.keep(t, "about harbours", nil)
		got, err := s.HybridSearchMemories(t.Context(), core.HybridSearch{
			MemorySearch: core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages}, Text: "lighthouse",
		})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "about lighthouses", got[0].Content.Text)
	}},
	{"there is no index of vectors", func(t *testing.T, s *scene) {
		var n int
		require.NoError(t, s.Pool().QueryRowContext(t.Context(), `SELECT count(*) FROM pg_indexes
			WHERE tablename = 'embeddings' AND indexdef LIKE '%USING hnsw%'`).Scan(&n))
		require.Equal(t, len(search.Dimensions), n)
	}},
	{"a cached embedding has a text of at most 255 characters, in one field", func(t *testing.T, s *scene) {
		long := strings.Repeat("ä", 300)
		s.keep(t, long, func(m *core.Memory) { m.Embedding, m.Content.Thought = unit(384, 0), "hm" })
		for field, text := range map[string]string{"": long[2:], "thought": "hmm"} {
			got, err := s.CachedEmbeddings(t.Context(), core.CachedEmbeddingQuery{
				AgentID: s.agent, Type: core.MemoryMessages, Field: field, Text: text, MaxDistance: 1,
			})
			require.NoError(t, err)
			require.Len(t, got, 1, field)
		}
	}},
}
