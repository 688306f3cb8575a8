package databasetest

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// identities tests core.IdentityStore.
func identities(t *testing.T, open Open) {
	s := newScene(t, open)
	ctx := t.Context()
	identify := func(source string, ids ...core.Identity) []uuid.UUID {
		got, err := s.Identify(ctx, s.agent, source, ids...)
		require.NoError(t, err)
		require.Len(t, got, len(ids))
		return got
	}
	entity := func(name string) core.Identity { return core.Identity{Kind: core.IdentityEntity, ExternalID: name} }

	t.Run("new ones", func(t *testing.T) {
		got := identify("x", entity("grace"), entity("alan"), entity("grace"), core.Identity{Kind: core.IdentityWorld, ExternalID: "grace"})
		require.Equal(t, []uuid.UUID{
			core.IdentityID(s.agent, "x", core.IdentityEntity, "grace"), core.IdentityID(s.agent, "x", core.IdentityEntity, "alan"),
			got[0], core.IdentityID(s.agent, "x", core.IdentityWorld, "grace"),
		}, got)
		require.NotEqual(t, got[0], identify("y", entity("grace"))[0], "of another source")
		require.Equal(t, got[0], identify("x", entity("grace"))[0])
		require.Empty(t, identify("x"))
	})
	t.Run("those of a program without", func(t *testing.T) {
		require.NoError(t, s.AddParticipant(ctx, core.ParticipantKey{AgentID: s.agent, RoomID: s.room, EntityID: s.user}))
		grace := core.Identity{Kind: core.IdentityEntity, ExternalID: "grace", Earlier: s.user}
		main := core.Identity{Kind: core.IdentityRoom, ExternalID: "main", Earlier: s.room}
		world := core.Identity{Kind: core.IdentityWorld, ExternalID: "cli", Earlier: s.world}
		require.Equal(t, []uuid.UUID{s.user, s.room, s.world}, identify("cli", grace, main, world))
		elsewhere := identify("discord", grace, main)
		require.NotContains(t, elsewhere, s.user, "not in a room of that source")
		require.NotContains(t, elsewhere, s.room)
		group := core.NewID()
		require.NoError(t, s.SaveRoom(ctx, &core.Room{ID: group, AgentID: s.agent, Source: "discord", ChannelID: "42", Type: core.ChannelGroup}))
		channel := core.Identity{Kind: core.IdentityRoom, ExternalID: "42", Earlier: s.room, ChannelID: "42"}
		require.Equal(t, group, identify("discord", channel)[0])
		require.NoError(t, s.DeleteRoom(ctx, group))
		require.Equal(t, group, identify("discord", channel)[0], "it is recorded")
		require.NotEqual(t, group, identify("cli", channel)[0])
	})
	t.Run("at once", func(t *testing.T) {
		var group sync.WaitGroup
		got := make([][]uuid.UUID, 4)
		for i := range got {
			group.Go(func() {
				names := []core.Identity{entity("a"), entity("b"), entity("c")}
				if i%2 == 0 {
					slices.Reverse(names)
				}
				ids, err := s.Identify(s.ctx, s.agent, "many", names...)
				if err != nil {
					t.Error(err)
				}
				if i%2 == 0 {
					slices.Reverse(ids)
				}
				got[i] = ids
			})
		}
		group.Wait()
		for _, ids := range got {
			require.Equal(t, got[0], ids)
		}
	})
	t.Run("refused", func(t *testing.T) {
		for field, one := range map[string]core.Identity{
			"Kind": {Kind: core.IdentityMessage, ExternalID: "x"}, "ExternalID": {Kind: core.IdentityRoom},
			"Identity.ExternalID": entity(strings.Repeat("x", 1001)),
		} {
			_, err := s.Identify(ctx, s.agent, "x", one)
			invalid(t, err, field)
		}
		_, err := s.Identify(ctx, s.agent, "", entity("x"))
		invalid(t, err, "source")
		_, err = s.Identify(ctx, core.NewID(), "x", entity("x"))
		require.ErrorIs(t, err, core.ErrNotFound)
	})
}
