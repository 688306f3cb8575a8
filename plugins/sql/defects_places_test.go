package sql

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

var roomMisbehaviour = []misbehaviour{
	{"getRoomsByWorld returns any agent's", func(t *testing.T, s *scene) {
		otherAgent := sceneOn(t, s.Database)
		require.NoError(t, s.SaveRoom(t.Context(), &core.Room{AgentID: otherAgent.agent, WorldID: s.world, Type: core.ChannelDM}))
		got, err := s.Rooms(t.Context(), core.RoomQuery{AgentID: s.agent, WorldID: s.world})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, s.room, got[0].ID)
	}},
	{"createRooms passes over those that exist, and changes the agent", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.CreateRooms(t.Context(), &core.Room{ID: s.room, AgentID: s.agent, Type: core.ChannelDM}), core.ErrConflict)
		otherAgent := sceneOn(t, s.Database)
		room := &core.Room{AgentID: otherAgent.agent, Type: core.ChannelDM}
		require.NoError(t, s.CreateRooms(t.Context(), room))
		got, err := s.Room(t.Context(), room.ID)
		require.NoError(t, err)
		require.Equal(t, otherAgent.agent, got.AgentID)
	}},
	{"deleteRoomsByWorldId may stop half-way", func(t *testing.T, _ *scene) {
		s := newScene(t)
		s.keep(t, "kept", nil)
		require.NoError(t, s.SaveRoom(t.Context(), &core.Room{AgentID: s.agent, WorldID: s.world, Type: core.ChannelDM, Name: "stays"}))
		for _, statement := range []string{
			`CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'`,
			"CREATE TRIGGER no BEFORE DELETE ON public.rooms FOR EACH ROW WHEN (OLD.name = 'stays') EXECUTE FUNCTION public.no()",
		} {
			_, err := s.Pool().ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		_, err := s.DeleteRoomsOfWorld(t.Context(), s.agent, s.world)
		require.Error(t, err)
		n, err := s.CountRooms(t.Context(), core.RoomQuery{WorldID: s.world})
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Equal(t, []string{"kept"}, s.texts(t, s.all()))
	}},
	{"a participant who is added again is there twice", func(t *testing.T, s *scene) {
		for range 3 {
			require.NoError(t, s.AddParticipant(t.Context(), core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
		}
		n, err := s.AddParticipants(t.Context(), s.agent, s.room, s.user, s.user)
		require.NoError(t, err)
		require.Zero(t, n)
		got, err := s.Participants(t.Context(), s.agent, s.room)
		require.NoError(t, err)
		require.Len(t, got, 1)
	}},
	{"removeParticipant and the state of one who is not there", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.RemoveParticipant(t.Context(), core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}), core.ErrNotFound)
		require.ErrorIs(t, s.SetParticipantState(t.Context(), core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}, core.ParticipantMuted), core.ErrNotFound)
		_, err := s.ParticipantState(t.Context(), core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user})
		require.ErrorIs(t, err, core.ErrNotFound)
	}},
	{"createWorld passes over one that exists", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.CreateWorld(t.Context(), &core.World{ID: s.world, AgentID: s.agent}), core.ErrConflict)
	}},
	{"updates of rooms and worlds that do not exist succeed", func(t *testing.T, s *scene) {
		require.ErrorIs(t, s.UpdateRoom(t.Context(), core.NewID(), core.RoomUpdate{Name: new("x")}), core.ErrNotFound)
		require.ErrorIs(t, s.UpdateWorld(t.Context(), core.NewID(), core.WorldUpdate{Name: new("x")}), core.ErrNotFound)
		require.ErrorIs(t, s.DeleteRoom(t.Context(), core.NewID()), core.ErrNotFound)
		require.ErrorIs(t, s.DeleteWorld(t.Context(), core.NewID()), core.ErrNotFound)
	}},
}

var taskMisbehaviour = []misbehaviour{
	{"a task's entity is not stored, nor does it filter; its times are not read; it must have a world", func(t *testing.T, s *scene) {
		task := &core.Task{AgentID: s.agent, Name: "task", EntityID: s.user}
		require.NoError(t, s.CreateTask(t.Context(), task))
		require.NoError(t, s.CreateTask(t.Context(), &core.Task{AgentID: s.agent, Name: "without an entity"}))
		got, err := s.Tasks(t.Context(), core.TaskQuery{AgentID: s.agent, EntityID: s.user})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, s.user, got[0].EntityID)
		require.NotZero(t, got[0].CreatedAt)
		require.NotZero(t, got[0].UpdatedAt)
	}},
	{"an update of a task's metadata replaces all of it", func(t *testing.T, s *scene) {
		task := &core.Task{AgentID: s.agent, Name: "task", Metadata: map[string]any{"a": "1"}}
		require.NoError(t, s.CreateTask(t.Context(), task))
		require.NoError(t, s.UpdateTask(t.Context(), task.ID, core.TaskUpdate{MergeMetadata: map[string]any{"b": "2"}}))
		got, err := s.Task(t.Context(), task.ID)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"a": "1", "b": "2"}, got.Metadata)
		require.ErrorIs(t, s.UpdateTask(t.Context(), core.NewID(), core.TaskUpdate{Name: new("x")}), core.ErrNotFound)
	}},
	{"what the cache holds never expires", func(t *testing.T, s *scene) {
		entry := core.CacheEntry{AgentID: s.agent, Key: "key", Value: json.RawMessage(`1`), TTL: time.Nanosecond} // of which a part counts as a microsecond
		require.NoError(t, s.SaveCache(t.Context(), entry))
		_, err := s.Cache(t.Context(), s.agent, "key")
		require.ErrorIs(t, err, core.ErrNotFound)
	}},
	{"errors of the cache are undefined or false", func(t *testing.T, s *scene) {
		require.ErrorContains(t, s.SaveCache(t.Context(), core.CacheEntry{AgentID: s.agent, Key: "key", Value: json.RawMessage(`{`)}), "JSON")
		require.ErrorIs(t, s.SaveCache(t.Context(), core.CacheEntry{AgentID: core.NewID(), Key: "key", Value: json.RawMessage(`1`)}), core.ErrNotFound)
		require.ErrorIs(t, s.DeleteCache(t.Context(), s.agent, "none"), core.ErrNotFound)
	}},
	{"escapes in the body of a log are doubled", func(t *testing.T, s *scene) {
		body := map[string]any{"path": `C:\users\x`, "regexp": `\d+\u`}
		require.NoError(t, s.CreateLog(t.Context(), &core.Log{AgentID: s.agent, EntityID: s.user, Type: "action", Body: body}))
		got, err := s.Logs(t.Context(), core.LogQuery{AgentID: s.agent})
		require.NoError(t, err)
		require.Equal(t, body, got[0].Body)
	}},
	{"getLogs does not filter by entity", func(t *testing.T, s *scene) {
		alan := s.addEntity(t, "alan")
		for _, entity := range []*core.Log{{EntityID: s.user}, {EntityID: alan}} {
			entity.AgentID, entity.Type = s.agent, "action"
			require.NoError(t, s.CreateLog(t.Context(), entity))
		}
		got, err := s.Logs(t.Context(), core.LogQuery{AgentID: s.agent, EntityID: alan})
		require.NoError(t, err)
		require.Len(t, got, 1)
	}},
	{"run summaries are cut to a limit in silence", func(t *testing.T, s *scene) {
		_, err := s.Runs(t.Context(), core.RunQuery{AgentID: s.agent, Limit: 101})
		require.ErrorContains(t, err, "100")
	}},
	{"run summaries do not filter by entity, which is for row security alone", func(t *testing.T, s *scene) {
		alan := s.addEntity(t, "alan")
		require.NoError(t, s.CreateLog(t.Context(), &core.Log{AgentID: s.agent, EntityID: s.user, Type: core.LogRun, Body: map[string]any{"runId": "1", "status": "started"}}))
		page, err := s.Runs(t.Context(), core.RunQuery{AgentID: s.agent, EntityID: alan})
		require.NoError(t, err)
		require.Zero(t, page.Total)
	}},
}

var channelMisbehaviour = []misbehaviour{
	{"createMessageServer ignores one that exists", func(t *testing.T, s *scene) {
		server := &core.MessageServer{Name: "first", SourceType: "cli"}
		require.NoError(t, s.SaveMessageServer(t.Context(), server))
		server.Name = "second"
		require.NoError(t, s.SaveMessageServer(t.Context(), server))
		got, err := s.MessageServer(t.Context(), server.ID)
		require.NoError(t, err)
		require.Equal(t, "second", got.Name)
	}},
	{"findOrCreateDmChannel makes two channels for two callers at once", func(t *testing.T, s *scene) {
		server := &core.MessageServer{Name: "s", SourceType: "cli"}
		require.NoError(t, s.SaveMessageServer(t.Context(), server))
		one, other := core.NewID(), core.NewID()
		found := make(chan *core.Channel, 8)
		for range cap(found) {
			go func(one, other uuid.UUID) {
				channel, err := s.DirectChannel(t.Context(), server.ID, one, other)
				if err != nil {
					t.Error(err)
				}
				found <- channel
			}(one, other)
			one, other = other, one
		}
		first := <-found
		for range cap(found) - 1 {
			require.Equal(t, first, <-found)
		}
	}},
	{"a change of a channel may stop half-way", func(t *testing.T, s *scene) {
		server := &core.MessageServer{Name: "s", SourceType: "cli"}
		require.NoError(t, s.SaveMessageServer(t.Context(), server))
		channel := &core.Channel{ServerID: server.ID, Name: "before", Type: core.ChannelGroup}
		require.NoError(t, s.CreateChannel(t.Context(), channel, s.user))
		zero := []uuid.UUID{s.user, uuid.Nil}
		require.Error(t, s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{Name: new("after"), Participants: &zero}))
		got, err := s.Channel(t.Context(), channel.ID)
		require.NoError(t, err)
		require.Equal(t, "before", got.Name)
	}},
	{"a page of messages leaves out those of the same time", func(t *testing.T, s *scene) {
		server := &core.MessageServer{Name: "s", SourceType: "cli"}
		require.NoError(t, s.SaveMessageServer(t.Context(), server))
		channel := &core.Channel{ServerID: server.ID, Name: "c", Type: core.ChannelGroup}
		require.NoError(t, s.CreateChannel(t.Context(), channel))
		at := time.Now()
		for range 3 {
			require.NoError(t, s.CreateMessage(t.Context(), &core.Message{ChannelID: channel.ID, AuthorID: s.user, CreatedAt: at}))
		}
		query, seen := core.MessageQuery{ChannelID: channel.ID, Limit: 1}, 0
		for {
			page, err := s.Messages(t.Context(), query)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			query.Before, seen = page[0].ID, seen+1
		}
		require.Equal(t, 3, seen)
	}},
}
