package databasetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// movingPages reads lists page by page while rows are inserted: no row is on
// two pages, and none that existed is skipped. Many have the same time.
func movingPages(t *testing.T, open Open) {
	at := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	for name, list := range map[string]struct {
		add  func(t *testing.T, s *scene, i int) uuid.UUID
		page func(s *scene, last uuid.UUID) ([]uuid.UUID, error)
	}{
		"memories": {addMemory(at), func(s *scene, last uuid.UUID) ([]uuid.UUID, error) {
			query := s.messages()
			query.Before, query.Limit = last, 2
			list, err := s.Memories(s.ctx, query)
			return ids(list, func(m *core.Memory) uuid.UUID { return m.ID }), err
		}},
		"memories of rooms": {addMemory(at), func(s *scene, last uuid.UUID) ([]uuid.UUID, error) {
			query := s.messages()
			query.RoomIDs, query.Before, query.Limit = []uuid.UUID{s.room, core.NewID()}, last, 2
			list, err := s.Memories(s.ctx, query)
			return ids(list, func(m *core.Memory) uuid.UUID { return m.ID }), err
		}},
		"logs": {func(t *testing.T, s *scene, i int) uuid.UUID {
			entry := &core.Log{AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "action", CreatedAt: at.Add(time.Duration(i/3) * time.Second)}
			require.NoError(t, s.CreateLog(t.Context(), entry))
			return entry.ID
		}, func(s *scene, last uuid.UUID) ([]uuid.UUID, error) {
			list, err := s.Logs(s.ctx, core.LogQuery{AgentID: s.agent, Before: last, Limit: 2})
			return ids(list, func(l *core.Log) uuid.UUID { return l.ID }), err
		}},
		"tasks": {func(t *testing.T, s *scene, i int) uuid.UUID {
			task := &core.Task{AgentID: s.agent, Name: "task", CreatedAt: at.Add(-time.Duration(i/3) * time.Second)}
			require.NoError(t, s.CreateTask(t.Context(), task))
			return task.ID
		}, func(s *scene, last uuid.UUID) ([]uuid.UUID, error) {
			list, err := s.Tasks(s.ctx, core.TaskQuery{AgentID: s.agent, After: last, Limit: 2})
			return ids(list, func(task *core.Task) uuid.UUID { return task.ID }), err
		}},
		"channels": {func(t *testing.T, s *scene, _ int) uuid.UUID {
			server := s.user
			if _, err := s.MessageServer(t.Context(), server); err != nil {
				require.NoError(t, s.SaveMessageServer(t.Context(), &core.MessageServer{ID: server, Name: "s", SourceType: "test"}))
			}
			return s.addChannel(t, server, "c").ID
		}, func(s *scene, last uuid.UUID) ([]uuid.UUID, error) {
			list, err := s.Channels(s.ctx, core.ChannelQuery{ServerID: s.user, After: last, Limit: 2})
			return ids(list, func(c *core.Channel) uuid.UUID { return c.ID }), err
		}},
		"servers": {func(t *testing.T, s *scene, i int) uuid.UUID {
			return s.addServer(t, fmt.Sprint(i))
		}, func(s *scene, last uuid.UUID) ([]uuid.UUID, error) {
			list, err := s.MessageServers(s.ctx, core.MessageServerQuery{After: last, Limit: 2})
			return ids(list, func(m *core.MessageServer) uuid.UUID { return m.ID }), err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, open)
			var there []uuid.UUID
			for i := range 7 {
				there = append(there, list.add(t, s, i))
			}
			var seen []uuid.UUID
			for last, i := uuid.Nil, 7; ; i++ {
				page, err := list.page(s, last)
				require.NoError(t, err)
				if len(page) == 0 {
					break
				}
				last = page[len(page)-1]
				seen = append(seen, page...)
				if i < 9 {
					list.add(t, s, i)
				}
			}
			require.Subset(t, seen, there)
			once := map[uuid.UUID]bool{}
			for _, id := range seen {
				require.False(t, once[id], "a row is on two pages")
				once[id] = true
			}
			_, err := list.page(s, core.NewID())
			require.ErrorIs(t, err, core.ErrNotFound)
		})
	}
	t.Run("another agent's", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		other := s.addAgent(t, "Other")
		m := s.keep(t, "theirs", func(m *core.Memory) {
			m.AgentID, m.EntityID, m.RoomID, m.WorldID = other, uuid.Nil, uuid.Nil, uuid.Nil
		})
		s.keep(t, "ours", func(m *core.Memory) { m.CreatedAt = at })
		query := s.messages()
		query.Before = m.ID
		_, err := s.Memories(t.Context(), query)
		require.ErrorIs(t, err, core.ErrNotFound)
		query.RoomIDs = []uuid.UUID{}
		_, err = s.Memories(t.Context(), query)
		require.ErrorIs(t, err, core.ErrNotFound)
	})
}

func addMemory(at time.Time) func(t *testing.T, s *scene, i int) uuid.UUID {
	return func(t *testing.T, s *scene, i int) uuid.UUID {
		return s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.CreatedAt = at.Add(time.Duration(i/3) * time.Second) }).ID
	}
}

// parentsUnknown tests lists whose parent does not exist.
func parentsUnknown(t *testing.T, open Open) {
	s := newScene(t, open)
	id := core.NewID()
	for name, err := range map[string]func() error{
		"DeleteRoomMemories": func() error { _, err := s.DeleteRoomMemories(t.Context(), id, core.MemoryMessages); return err },
		"Participants":       func() error { _, err := s.Participants(t.Context(), s.agent, id); return err },
		"of no agent":        func() error { _, err := s.Participants(t.Context(), id, s.room); return err },
		"ServerAgents":       func() error { _, err := s.ServerAgents(t.Context(), id); return err },
		"ChannelParticipants": func() error {
			_, err := s.ChannelParticipants(t.Context(), id)
			return err
		},
		"DeleteRoomsOfWorld": func() error { _, err := s.DeleteRoomsOfWorld(t.Context(), s.agent, id); return err },
	} {
		require.ErrorIs(t, err(), core.ErrNotFound, name)
		require.ErrorContains(t, err(), id.String(), name)
	}
	n, err := s.DeleteRoomMemories(t.Context(), s.room, core.MemoryMessages)
	require.NoError(t, err, "there are none")
	require.Zero(t, n)
	list, err := s.Participants(t.Context(), s.agent, s.room)
	require.NoError(t, err)
	require.Empty(t, list)
	agents, err := s.ServerAgents(t.Context(), s.addServer(t, "s"))
	require.NoError(t, err)
	require.Empty(t, agents)
}
