package databasetest

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// owners tests that no Save overwrites a row of another agent that has the same
// id.
func owners(t *testing.T, open Open) {
	s := newScene(t, open)
	ctx, other := t.Context(), s.addAgent(t, "Other")
	component := &core.Component{AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "profile", Data: map[string]any{"a": 1.0}}
	require.NoError(t, s.SaveComponent(ctx, component))
	saves := map[string]func(agent uuid.UUID) (uuid.UUID, error){
		"world": func(agent uuid.UUID) (uuid.UUID, error) {
			return s.world, s.SaveWorld(ctx, &core.World{ID: s.world, AgentID: agent})
		},
		"room": func(agent uuid.UUID) (uuid.UUID, error) {
			return s.room, s.SaveRoom(ctx, &core.Room{ID: s.room, AgentID: agent, Type: core.ChannelDM})
		},
		"entity": func(agent uuid.UUID) (uuid.UUID, error) {
			return s.user, s.SaveEntity(ctx, &core.Entity{ID: s.user, AgentID: agent})
		},
		"component": func(agent uuid.UUID) (uuid.UUID, error) {
			return component.ID, s.SaveComponent(ctx, &core.Component{ID: component.ID, AgentID: agent, EntityID: s.user, RoomID: s.room, Type: "x"})
		},
	}
	for name, save := range saves {
		id, err := save(other)
		require.ErrorIs(t, err, core.ErrConflict, name)
		require.ErrorContains(t, err, id.String(), name)
	}
	world, err := s.World(ctx, s.world)
	require.NoError(t, err)
	require.Equal(t, []any{s.agent, "cli"}, []any{world.AgentID, world.Name})
	room, err := s.Room(ctx, s.room)
	require.NoError(t, err)
	require.Equal(t, []any{s.agent, "main"}, []any{room.AgentID, room.Name})
	entity, err := s.Entity(ctx, s.user)
	require.NoError(t, err)
	require.Equal(t, []any{s.agent, []string{"grace"}}, []any{entity.AgentID, entity.Names})
	kept, err := s.Component(ctx, component.ID)
	require.NoError(t, err)
	require.Equal(t, []any{s.agent, "profile"}, []any{kept.AgentID, kept.Type})
	for name, save := range saves {
		_, err := save(s.agent)
		require.NoError(t, err, name)
	}

	again := &core.Component{
		ID: component.ID, AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "profile", CreatedAt: time.Now().Add(time.Hour),
	}
	require.NoError(t, s.SaveComponent(ctx, again))
	sameTime(t, &component.CreatedAt, &again.CreatedAt)
	kept, err = s.Component(ctx, component.ID)
	require.NoError(t, err)
	sameTime(t, &component.CreatedAt, &kept.CreatedAt)
}
