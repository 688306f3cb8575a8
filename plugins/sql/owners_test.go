package sql

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// Deleting what is one agent's does not delete what another agent has written
// about it.
func TestDeletingKeepsWhatOtherAgentsWrote(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(s *scene) error{
		"room":   func(s *scene) error { return s.DeleteRoom(t.Context(), s.room) },
		"entity": func(s *scene) error { return s.DeleteEntity(t.Context(), s.user) },
		"rooms of a world": func(s *scene) error {
			_, err := s.DeleteRoomsOfWorld(t.Context(), s.agent, s.world)
			return err
		},
		"agent": func(s *scene) error { return s.DeleteAgent(t.Context(), s.agent) },
	} {
		s := newScene(t)
		own := s.memory("own")
		require.NoError(t, s.CreateMemory(t.Context(), own))
		other := s.addAgent(t, "Bob")
		theirs := s.memory("theirs")
		theirs.AgentID = other
		require.NoError(t, s.CreateMemory(t.Context(), theirs))
		require.NoError(t, s.AddParticipant(t.Context(), core.ParticipantKey{AgentID: other, RoomID: s.room, EntityID: s.user}))

		err := remove(s)
		require.ErrorIs(t, err, core.ErrConflict, name)
		require.ErrorContains(t, err, "1 rows of agent "+other.String()+" in public.memories", name)
		for _, m := range []*core.Memory{own, theirs} {
			_, err := s.Memory(t.Context(), m.ID)
			require.NoError(t, err, "%s: nothing is deleted", name)
		}
		require.NoError(t, s.DeleteMemory(t.Context(), theirs.ID), "what the error says")
		require.NoError(t, remove(s), name)
		_, err = s.Memory(t.Context(), own.ID)
		require.ErrorIs(t, err, core.ErrNotFound, name)
	}
}

func TestDeletingAWorldKeepsComponentsOfOtherAgents(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	other := s.addAgent(t, "Bob")
	theirs := &core.Component{EntityID: s.user, AgentID: other, RoomID: s.room, WorldID: s.world, Type: "profile"}
	require.NoError(t, s.CreateComponent(t.Context(), theirs))
	require.ErrorIs(t, s.DeleteWorld(t.Context(), s.world), core.ErrConflict)
	require.NoError(t, s.DeleteComponent(t.Context(), theirs.ID))
	require.NoError(t, s.DeleteWorld(t.Context(), s.world))
}

func TestARoomsMemoriesAreThoseOfItsAgent(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	own, theirs := s.memory("own"), s.memory("theirs")
	theirs.AgentID = s.addAgent(t, "Bob")
	require.NoError(t, s.CreateMemories(t.Context(), []*core.Memory{own, theirs}))
	n, err := s.DeleteRoomMemories(t.Context(), s.room, own.Type)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = s.Memory(t.Context(), theirs.ID)
	require.NoError(t, err)
}

// The components of an entity are those that its agent gave it.
func TestEntitiesComeWithoutComponentsOfOtherAgents(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	other := s.addAgent(t, "Bob")
	for _, agent := range []uuid.UUID{s.agent, other} {
		require.NoError(t, s.CreateComponent(t.Context(), &core.Component{EntityID: s.user, AgentID: agent, RoomID: s.room, Type: "profile"}))
	}
	listed, err := s.Entities(t.Context(), core.EntityQuery{AgentID: s.agent, Names: []string{"grace"}, Components: true})
	require.NoError(t, err)
	byID, err := s.EntitiesByID(t.Context(), []uuid.UUID{s.user})
	require.NoError(t, err)
	for _, list := range [][]*core.Entity{listed, byID} {
		require.Len(t, list, 1)
		require.Len(t, list[0].Components, 1)
		require.Equal(t, s.agent, list[0].Components[0].AgentID)
	}
}
