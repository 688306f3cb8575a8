package databasetest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// invalidArguments calls every store with invalid arguments.
func invalidArguments(t *testing.T, open Open) {
	s := newScene(t, open)
	t.Run("nothing", func(t *testing.T) { invalidNil(t, s) })
	t.Run("JSON that is none", func(t *testing.T) { invalidJSON(t, s) })
}

func invalidNil(t *testing.T, s *scene) {
	ctx := t.Context()
	second := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"SaveAgent": s.SaveAgent(ctx, nil), "CreateAgent": s.CreateAgent(ctx, nil), "EnsureAgent": second(s.EnsureAgent(ctx, nil)),
		"SaveWorld": s.SaveWorld(ctx, nil), "CreateWorld": s.CreateWorld(ctx, nil), "EnsureWorld": second(s.EnsureWorld(ctx, nil)),
		"SaveRoom": s.SaveRoom(ctx, nil), "CreateRooms": s.CreateRooms(ctx, nil), "EnsureRooms": second(s.EnsureRooms(ctx, nil)),
		"SaveEntity": s.SaveEntity(ctx, nil), "CreateEntities": s.CreateEntities(ctx, nil),
		"EnsureEntities": second(s.EnsureEntities(ctx, nil)),
		"SaveComponent":  s.SaveComponent(ctx, nil), "CreateComponent": s.CreateComponent(ctx, nil),
		"SaveRelationship": s.SaveRelationship(ctx, nil), "CreateRelationship": s.CreateRelationship(ctx, nil),
		"CreateMemory": s.CreateMemory(ctx, nil), "CreateMemories": s.CreateMemories(ctx, []*core.Memory{nil}),
		"CreateMemoryOnce": second(s.CreateMemoryOnce(ctx, nil, core.Deduplication{})),
		"CreateLog":        s.CreateLog(ctx, nil), "CreateLogs": s.CreateLogs(ctx, []*core.Log{nil}),
		"CreateTask": s.CreateTask(ctx, nil), "SaveMessageServer": s.SaveMessageServer(ctx, nil),
		"CreateChannel": s.CreateChannel(ctx, nil), "CreateMessage": s.CreateMessage(ctx, nil),
	} {
		require.ErrorIs(t, err, core.ErrInvalid, name)
		plain(t, err)
	}
}

// invalidJSON saves and updates each object of each store with a value that
// JSON cannot encode.
func invalidJSON(t *testing.T, s *scene) {
	ctx := t.Context()
	none := map[string]any{"x": map[string]any{"y": []any{math.Inf(1)}}}
	component := &core.Component{AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "x"}
	require.NoError(t, s.SaveComponent(ctx, component))
	relationship := &core.Relationship{AgentID: s.agent, SourceID: s.user, TargetID: s.user}
	require.NoError(t, s.SaveRelationship(ctx, relationship))
	memory, task := s.keep(t, "kept", nil), s.addTask(t, func(*core.Task) {})
	server := s.addServer(t, "s")
	channel := s.addChannel(t, server, "c").ID
	message := &core.Message{ChannelID: channel, AuthorID: s.user}
	require.NoError(t, s.CreateMessage(ctx, message))
	for name, err := range map[string]error{
		"an agent":     s.CreateAgent(ctx, &core.Agent{Character: core.Character{Name: "x", Settings: none}}),
		"its update":   s.UpdateAgent(ctx, s.agent, core.AgentUpdate{Settings: none}),
		"a world":      s.SaveWorld(ctx, &core.World{AgentID: s.agent, Metadata: none}),
		"of a world":   s.UpdateWorld(ctx, s.world, core.WorldUpdate{Metadata: none}),
		"a room":       s.SaveRoom(ctx, &core.Room{AgentID: s.agent, Type: core.ChannelDM, Metadata: none}),
		"of a room":    s.UpdateRoom(ctx, s.room, core.RoomUpdate{Metadata: none}),
		"an entity":    s.SaveEntity(ctx, &core.Entity{AgentID: s.agent, Metadata: none}),
		"of an entity": s.UpdateEntity(ctx, s.user, core.EntityUpdate{Metadata: none}),
		"a component": s.SaveComponent(ctx, &core.Component{
			AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "y", Data: none,
		}),
		"of a component":    s.UpdateComponent(ctx, component.ID, core.ComponentUpdate{Data: none}),
		"a relationship":    s.SaveRelationship(ctx, &core.Relationship{AgentID: s.agent, SourceID: s.user, TargetID: s.user, Metadata: none}),
		"of a relationship": s.UpdateRelationship(ctx, relationship.ID, core.RelationshipUpdate{Metadata: none}),
		"a memory":          s.CreateMemory(ctx, &core.Memory{AgentID: s.agent, Type: "x", Content: core.Content{Data: none}}),
		"a memory's extra":  s.CreateMemory(ctx, &core.Memory{AgentID: s.agent, Type: "x", Metadata: core.MemoryMetadata{Extra: none}}),
		"of a memory":       s.UpdateMemory(ctx, core.MemoryUpdate{ID: memory.ID, Content: &core.Content{Data: none}}),
		"of its metadata":   s.UpdateMemory(ctx, core.MemoryUpdate{ID: memory.ID, Metadata: &core.MemoryMetadata{Extra: none}}),
		"a log":             s.CreateLog(ctx, &core.Log{AgentID: s.agent, EntityID: s.user, Type: "x", Body: none}),
		"a task":            s.CreateTask(ctx, &core.Task{AgentID: s.agent, Name: "x", Metadata: none}),
		"of a task":         s.UpdateTask(ctx, task.ID, core.TaskUpdate{Metadata: &none}),
		"into a task":       s.UpdateTask(ctx, task.ID, core.TaskUpdate{MergeMetadata: none}),
		"a server":          s.SaveMessageServer(ctx, &core.MessageServer{Name: "x", SourceType: "x", Metadata: none}),
		"a channel":         s.CreateChannel(ctx, &core.Channel{ServerID: server, Name: "x", Type: core.ChannelDM, Metadata: none}),
		"of a channel":      s.UpdateChannel(ctx, channel, core.ChannelUpdate{Metadata: none}),
		"a message":         s.CreateMessage(ctx, &core.Message{ChannelID: channel, AuthorID: s.user, Metadata: none}),
		"of a message":      s.UpdateMessage(ctx, message.ID, core.MessageUpdate{Metadata: none}),
	} {
		require.ErrorIs(t, err, core.ErrInvalid, name)
		require.NotErrorIs(t, err, core.ErrNotFound, name)
		plain(t, err)
	}
	got, err := s.Memory(ctx, memory.ID)
	require.NoError(t, err)
	require.Equal(t, core.Content{Text: "kept"}, got.Content, "nothing is changed")
}
