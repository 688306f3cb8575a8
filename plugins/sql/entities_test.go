package sql

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func TestRoomRoundTrip(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	room := &core.Room{
		ID: core.NewID(), AgentID: s.agent, Name: "work", Source: "discord", Type: core.ChannelGroup,
		ChannelID: "123", Metadata: map[string]any{"topic": "go"},
	}
	require.NoError(t, s.SaveRoom(t.Context(), room))
	got, err := s.Room(t.Context(), room.ID)
	require.NoError(t, err)
	require.Equal(t, room, got)

	room.Name, room.WorldID = "play", s.world
	require.NoError(t, s.SaveRoom(t.Context(), room))
	got, err = s.Room(t.Context(), room.ID)
	require.NoError(t, err)
	require.Equal(t, room, got)
}

func TestEntityRoundTrip(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	entity := &core.Entity{ID: core.NewID(), AgentID: s.agent, Names: []string{"Grace", `"the" {amazing}`, "Hopper, G."}, Metadata: map[string]any{"rank": "admiral"}}
	require.NoError(t, s.SaveEntity(t.Context(), entity))
	got, err := s.Entity(t.Context(), entity.ID)
	require.NoError(t, err)
	require.Equal(t, entity, got)
	require.Equal(t, "Grace", got.Name())
}

func TestParticipantsAreThereOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	second := s.addEntity(t, "alan")
	require.NoError(t, s.AddParticipant(t.Context(), s.agent, s.room, s.user))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := s.AddParticipant(t.Context(), s.agent, s.room, second); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	got, err := s.Participants(t.Context(), s.agent, s.room)
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "grace", got[0].Name(), "the longest there is first")
	require.Equal(t, "alan", got[1].Name())
}
