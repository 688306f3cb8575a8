package databasetest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// directChannels tests DirectChannel in detail.
func directChannels(t *testing.T, open Open) {
	t.Run("both are in it", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server, other := s.addServer(t, "s"), core.NewID()
		channel, err := s.DirectChannel(t.Context(), server, s.user, other)
		require.NoError(t, err)
		for _, gone := range []uuid.UUID{s.user, other} {
			require.NoError(t, s.RemoveChannelParticipant(t.Context(), channel.ID, gone))
			again, err := s.DirectChannel(t.Context(), server, s.user, other)
			require.NoError(t, err)
			require.Equal(t, channel.ID, again.ID)
			s.inChannel(t, channel.ID, s.user, other)
		}
	})
	t.Run("a name does not make it theirs", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server := s.addServer(t, "s")
		one, other, eve := uuid.UUID{1}, uuid.UUID{2}, core.NewID()
		planted := func(participants ...uuid.UUID) uuid.UUID {
			channel := &core.Channel{ServerID: server, Name: fmt.Sprintf("DM-%s-%s", one, other), Type: core.ChannelDM}
			require.NoError(t, s.CreateChannel(t.Context(), channel, participants...))
			return channel.ID
		}
		strange := []uuid.UUID{planted(), planted(eve), planted(one), planted(one, other, eve)}
		channel, err := s.DirectChannel(t.Context(), server, one, other)
		require.NoError(t, err)
		require.NotContains(t, strange, channel.ID)
		s.inChannel(t, channel.ID, one, other)

		require.NoError(t, s.DeleteChannel(t.Context(), channel.ID))
		theirs := planted(other, one)
		channel, err = s.DirectChannel(t.Context(), server, other, one)
		require.NoError(t, err)
		require.Equal(t, theirs, channel.ID, "one that elizaOS made")
	})
	t.Run("an id that is taken", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server, other := s.addServer(t, "s"), core.NewID()
		channel, err := s.DirectChannel(t.Context(), server, s.user, other)
		require.NoError(t, err)
		require.NoError(t, s.DeleteChannel(t.Context(), channel.ID))
		require.NoError(t, s.CreateChannel(t.Context(), &core.Channel{ID: channel.ID, ServerID: server, Name: "x", Type: core.ChannelGroup}))
		_, err = s.DirectChannel(t.Context(), server, s.user, other)
		require.ErrorIs(t, err, core.ErrConflict)
	})
	t.Run("many participants at once", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server := s.addServer(t, "s")
		all := make([]uuid.UUID, 2000)
		for i := range all {
			all[i] = core.NewID()
		}
		for range 5 {
			channel := s.addChannel(t, server, "c").ID
			var group sync.WaitGroup
			for range 4 {
				own := append([]uuid.UUID(nil), all...)
				rand.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
				group.Go(func() {
					if err := s.AddChannelParticipants(t.Context(), channel, own...); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			s.inChannel(t, channel, all...)
		}
	})
}

// inChannel checks that a channel has exactly these participants.
func (s *scene) inChannel(t *testing.T, channel uuid.UUID, participants ...uuid.UUID) {
	t.Helper()
	there, err := s.ChannelParticipants(t.Context(), channel)
	require.NoError(t, err)
	require.ElementsMatch(t, participants, there)
}
