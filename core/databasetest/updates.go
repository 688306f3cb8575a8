package databasetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// updates is what all updates have in common.
func updates(t *testing.T, open Open) {
	t.Run("one that sets nothing", emptyUpdates(open))
	t.Run("merge what two plugins keep", mergedUpdates(open))
}

// emptyUpdates change nothing of a row that is there, and miss one that is not.
func emptyUpdates(open Open) func(t *testing.T) {
	return func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		component := &core.Component{AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "profile"}
		require.NoError(t, s.SaveComponent(t.Context(), component))
		relationship := &core.Relationship{AgentID: s.agent, SourceID: s.user, TargetID: s.addEntity(t, "alan")}
		require.NoError(t, s.CreateRelationship(t.Context(), relationship))
		task := &core.Task{AgentID: s.agent, Name: "task", Metadata: map[string]any{"a": 1.0}}
		require.NoError(t, s.CreateTask(t.Context(), task))
		channel := s.addChannel(t, s.addServer(t, "s"), "c")
		message := &core.Message{ChannelID: channel.ID, AuthorID: s.user, Content: "hello"}
		require.NoError(t, s.CreateMessage(t.Context(), message))
		memory := s.keep(t, "hello", nil)
		ctx := t.Context()
		for name, one := range map[string]struct {
			id     uuid.UUID
			update func(id uuid.UUID) error
		}{
			"agent":        {s.agent, func(id uuid.UUID) error { return s.UpdateAgent(ctx, id, core.AgentUpdate{}) }},
			"world":        {s.world, func(id uuid.UUID) error { return s.UpdateWorld(ctx, id, core.WorldUpdate{}) }},
			"room":         {s.room, func(id uuid.UUID) error { return s.UpdateRoom(ctx, id, core.RoomUpdate{}) }},
			"entity":       {s.user, func(id uuid.UUID) error { return s.UpdateEntity(ctx, id, core.EntityUpdate{}) }},
			"component":    {component.ID, func(id uuid.UUID) error { return s.UpdateComponent(ctx, id, core.ComponentUpdate{}) }},
			"relationship": {relationship.ID, func(id uuid.UUID) error { return s.UpdateRelationship(ctx, id, core.RelationshipUpdate{}) }},
			"task":         {task.ID, func(id uuid.UUID) error { return s.UpdateTask(ctx, id, core.TaskUpdate{}) }},
			"channel":      {channel.ID, func(id uuid.UUID) error { return s.UpdateChannel(ctx, id, core.ChannelUpdate{}) }},
			"message":      {message.ID, func(id uuid.UUID) error { return s.UpdateMessage(ctx, id, core.MessageUpdate{}) }},
			"memory":       {memory.ID, func(id uuid.UUID) error { return s.UpdateMemory(ctx, core.MemoryUpdate{ID: id}) }},
		} {
			require.NoError(t, one.update(one.id), name)
			require.ErrorIs(t, one.update(core.NewID()), core.ErrNotFound, name)
		}
		got, err := s.Memory(ctx, memory.ID)
		require.NoError(t, err)
		require.Equal(t, memory.Content, got.Content)
		kept, err := s.Task(ctx, task.ID)
		require.NoError(t, err)
		require.Equal(t, task.Metadata, kept.Metadata)
	}
}

// mergedUpdates of different keys at once lose none, on any level.
func mergedUpdates(open Open) func(t *testing.T) {
	return func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := s.addChannel(t, s.addServer(t, "s"), "c")
		message := &core.Message{ChannelID: channel.ID, AuthorID: s.user, Metadata: map[string]any{"drop": 1}}
		require.NoError(t, s.CreateMessage(t.Context(), message))
		const plugins = 8
		var group sync.WaitGroup
		want := map[string]any{}
		for i := range plugins {
			name := fmt.Sprint("plugin ", i)
			want[name] = true
			patch := map[string]any{"of": map[string]any{name: true}, "drop": nil}
			group.Go(func() {
				if err := s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{Metadata: patch}); err != nil {
					t.Error(err)
				}
				if err := s.UpdateMessage(t.Context(), message.ID, core.MessageUpdate{Metadata: patch}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		gotChannel, err := s.Channel(t.Context(), channel.ID)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"of": want}, gotChannel.Metadata)
		gotMessage, err := s.Message(t.Context(), message.ID)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"of": want}, gotMessage.Metadata)
	}
}
