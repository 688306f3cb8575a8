package databasetest

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

func (s *scene) addServer(t require.TestingT, name string) uuid.UUID {
	server := &core.MessageServer{Name: name, SourceType: "test"}
	require.NoError(t, s.SaveMessageServer(s.ctx, server))
	return server.ID
}

func (s *scene) addChannel(t require.TestingT, server uuid.UUID, name string, participants ...uuid.UUID) *core.Channel {
	channel := &core.Channel{ServerID: server, Name: name, Type: core.ChannelGroup}
	require.NoError(t, s.CreateChannel(s.ctx, channel, participants...))
	return channel
}

// servers tests the servers of core.ChannelStore.
func servers(t *testing.T, open Open) {
	t.Run("saved, overwritten, deleted", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server := &core.MessageServer{Name: "one", SourceType: "discord", SourceID: "42", Metadata: map[string]any{"a": "b"}}
		require.NoError(t, s.SaveMessageServer(t.Context(), server))
		got, err := s.MessageServer(t.Context(), server.ID)
		require.NoError(t, err)
		sameTime(t, &server.CreatedAt, &got.CreatedAt)
		sameTime(t, &server.UpdatedAt, &got.UpdatedAt)
		require.Equal(t, server, got)

		second := &core.MessageServer{ID: server.ID, Name: "two", SourceType: "cli"}
		require.NoError(t, s.SaveMessageServer(t.Context(), second))
		sameTime(t, &server.CreatedAt, &second.CreatedAt)
		got, err = s.MessageServer(t.Context(), server.ID)
		require.NoError(t, err)
		require.Equal(t, "two", got.Name)
		require.Empty(t, got.SourceID)
		require.Equal(t, map[string]any{}, got.Metadata)

		channel := s.addChannel(t, server.ID, "c")
		require.NoError(t, s.DeleteMessageServer(t.Context(), server.ID))
		require.ErrorIs(t, s.DeleteMessageServer(t.Context(), server.ID), core.ErrNotFound)
		_, err = s.MessageServer(t.Context(), server.ID)
		require.ErrorIs(t, err, core.ErrNotFound)
		_, err = s.Channel(t.Context(), channel.ID)
		require.ErrorIs(t, err, core.ErrNotFound, "its channels go with it")
		invalid(t, s.SaveMessageServer(t.Context(), &core.MessageServer{SourceType: "x"}), "Name")
		invalid(t, s.SaveMessageServer(t.Context(), &core.MessageServer{Name: "x"}), "SourceType")
	})
	t.Run("agents", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		one, two, other := s.addServer(t, "one"), s.addServer(t, "two"), s.addAgent(t, "Other")
		for range 2 {
			require.NoError(t, s.AddServerAgent(t.Context(), one, s.agent), "again changes nothing")
		}
		require.NoError(t, s.AddServerAgent(t.Context(), one, other))
		require.NoError(t, s.AddServerAgent(t.Context(), two, other))
		agents, err := s.ServerAgents(t.Context(), one)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{s.agent, other}, agents)
		for query, want := range map[core.MessageServerQuery][]uuid.UUID{
			{}: {one, two}, {AgentID: other}: {one, two}, {AgentID: s.agent}: {one}, {Limit: 1, Offset: 1}: {two},
			{AgentID: core.NewID()}: {},
		} {
			list, err := s.MessageServers(t.Context(), query)
			require.NoError(t, err)
			ids := []uuid.UUID{}
			for _, server := range list {
				ids = append(ids, server.ID)
			}
			require.Equal(t, want, ids)
		}
		require.NoError(t, s.RemoveServerAgent(t.Context(), one, other))
		require.ErrorIs(t, s.RemoveServerAgent(t.Context(), one, other), core.ErrNotFound)
		require.ErrorIs(t, s.AddServerAgent(t.Context(), core.NewID(), other), core.ErrNotFound)
		require.ErrorIs(t, s.AddServerAgent(t.Context(), one, core.NewID()), core.ErrNotFound)
		_, err = s.MessageServers(t.Context(), core.MessageServerQuery{Limit: -1})
		invalid(t, err)
	})
}

// channels tests the channels of core.ChannelStore.
func channels(t *testing.T, open Open) {
	t.Run("all fields come back", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := &core.Channel{
			ServerID: s.addServer(t, "s"), Name: "general", Type: core.ChannelGroup, SourceType: "discord", SourceID: "7",
			Topic: "all of it", Metadata: map[string]any{"a": 1.0},
		}
		require.NoError(t, s.CreateChannel(t.Context(), channel))
		got, err := s.Channel(t.Context(), channel.ID)
		require.NoError(t, err)
		sameTime(t, &channel.CreatedAt, &got.CreatedAt)
		sameTime(t, &channel.UpdatedAt, &got.UpdatedAt)
		require.Equal(t, channel, got)
		again := *channel
		require.ErrorIs(t, s.CreateChannel(t.Context(), &again, s.user), core.ErrConflict)
	})
	t.Run("every filter filters", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		one, two := s.addServer(t, "one"), s.addServer(t, "two")
		s.addChannel(t, one, "a", s.user, s.agent)
		s.addChannel(t, one, "b", s.agent)
		s.addChannel(t, two, "c", s.user)
		direct, err := s.DirectChannel(t.Context(), one, s.user, s.agent)
		require.NoError(t, err)
		for query, want := range map[core.ChannelQuery]string{
			{ServerID: one}:                                               "a,b," + direct.Name,
			{ServerID: one, Type: core.ChannelDM}:                         direct.Name,
			{ServerID: one, Participant: s.user}:                          "a," + direct.Name,
			{Participant: s.user}:                                         "a,c," + direct.Name,
			{ServerID: two, Name: "c"}:                                    "c",
			{ServerID: one, Name: "c"}:                                    "",
			{ServerID: one, Type: core.ChannelGroup, Limit: 1, Offset: 1}: "b",
			{ServerID: core.NewID()}:                                      "",
		} {
			list, err := s.Channels(t.Context(), query)
			require.NoError(t, err)
			names := []string{}
			for _, channel := range list {
				names = append(names, channel.Name)
			}
			require.Equal(t, want, strings.Join(names, ","))
		}
		_, err = s.Channels(t.Context(), core.ChannelQuery{Type: core.ChannelDM})
		invalid(t, err, "ServerID")
	})
	t.Run("updates", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		other := core.NewID()
		channel := s.addChannel(t, s.addServer(t, "s"), "a", s.user, s.agent)
		require.NoError(t, s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{Topic: new("t")}))
		there, err := s.ChannelParticipants(t.Context(), channel.ID)
		require.NoError(t, err)
		require.ElementsMatch(t, []uuid.UUID{s.user, s.agent}, there, "participants that are not named stay")
		require.NoError(t, s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{
			Name: new("b"), Metadata: map[string]any{"k": true}, Participants: new([]uuid.UUID{s.agent, other}),
		}))
		got, err := s.Channel(t.Context(), channel.ID)
		require.NoError(t, err)
		require.Equal(t, []any{"b", "t", map[string]any{"k": true}}, []any{got.Name, got.Topic, got.Metadata})
		there, err = s.ChannelParticipants(t.Context(), channel.ID)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{s.agent, other}, there, "who stays was there longer")
		require.NoError(t, s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{Participants: new([]uuid.UUID{})}))
		there, err = s.ChannelParticipants(t.Context(), channel.ID)
		require.NoError(t, err)
		require.Empty(t, there)

		err = s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{Name: new("lost"), Participants: &[]uuid.UUID{{}}})
		invalid(t, err)
		got, err = s.Channel(t.Context(), channel.ID)
		require.NoError(t, err)
		require.Equal(t, "b", got.Name, "all of it or nothing")
		invalid(t, s.UpdateChannel(t.Context(), channel.ID, core.ChannelUpdate{Name: new("")}), "Name")
		require.ErrorIs(t, s.UpdateChannel(t.Context(), core.NewID(), core.ChannelUpdate{Topic: new("t")}), core.ErrNotFound)
	})
	t.Run("participants", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		id := s.addChannel(t, s.addServer(t, "s"), "a").ID
		for range 2 {
			require.NoError(t, s.AddChannelParticipants(t.Context(), id, s.user, s.user, s.agent), "again changes nothing")
		}
		there, err := s.IsChannelParticipant(t.Context(), id, s.user)
		require.NoError(t, err)
		require.True(t, there)
		require.NoError(t, s.RemoveChannelParticipant(t.Context(), id, s.user))
		require.ErrorIs(t, s.RemoveChannelParticipant(t.Context(), id, s.user), core.ErrNotFound)
		there, err = s.IsChannelParticipant(t.Context(), id, s.user)
		require.NoError(t, err)
		require.False(t, there)
		require.NoError(t, s.AddChannelParticipants(t.Context(), id), "nobody")
		require.ErrorIs(t, s.AddChannelParticipants(t.Context(), core.NewID(), s.user), core.ErrNotFound)
		invalid(t, s.AddChannelParticipants(t.Context(), id, uuid.Nil))
	})
	t.Run("a direct channel is one", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server := s.addServer(t, "s")
		ids := make([]uuid.UUID, 8)
		var group sync.WaitGroup
		for i := range ids {
			group.Go(func() {
				one, other := s.user, s.agent
				if i%2 == 0 {
					one, other = other, one
				}
				channel, err := s.DirectChannel(t.Context(), server, one, other)
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = channel.ID
			})
		}
		group.Wait()
		for _, id := range ids {
			require.Equal(t, ids[0], id)
		}
		list, err := s.Channels(t.Context(), core.ChannelQuery{ServerID: server})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, core.ChannelDM, list[0].Type)
		there, err := s.ChannelParticipants(t.Context(), ids[0])
		require.NoError(t, err)
		require.ElementsMatch(t, []uuid.UUID{s.user, s.agent}, there)
		require.NoError(t, s.UpdateChannel(t.Context(), ids[0], core.ChannelUpdate{Name: new("renamed")}))
		again, err := s.DirectChannel(t.Context(), server, s.user, s.agent)
		require.NoError(t, err)
		require.Equal(t, ids[0], again.ID, "also under another name")
		elsewhere, err := s.DirectChannel(t.Context(), s.addServer(t, "other"), s.user, s.agent)
		require.NoError(t, err)
		require.NotEqual(t, ids[0], elsewhere.ID)
		_, err = s.DirectChannel(t.Context(), server, s.user, s.user)
		invalid(t, err)
		_, err = s.DirectChannel(t.Context(), server, s.user, uuid.Nil)
		invalid(t, err)
		_, err = s.DirectChannel(t.Context(), core.NewID(), s.user, s.agent)
		require.ErrorIs(t, err, core.ErrNotFound)
	})
	t.Run("unknown and refused", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server := s.addServer(t, "s")
		_, err := s.Channel(t.Context(), core.NewID())
		require.ErrorIs(t, err, core.ErrNotFound)
		require.ErrorIs(t, s.DeleteChannel(t.Context(), core.NewID()), core.ErrNotFound)
		for _, tt := range []struct {
			field   string
			channel core.Channel
		}{
			{"ServerID", core.Channel{Name: "x", Type: core.ChannelDM}},
			{"Name", core.Channel{ServerID: server, Type: core.ChannelDM}},
			{"Type", core.Channel{ServerID: server, Name: "x"}},
			{"Type", core.Channel{ServerID: server, Name: "x", Type: "PARTY"}},
			{"Name", core.Channel{ServerID: server, Name: strings.Repeat("x", 3000), Type: core.ChannelDM}},
		} {
			invalid(t, s.CreateChannel(t.Context(), &tt.channel), tt.field)
		}
		err = s.CreateChannel(t.Context(), &core.Channel{ServerID: core.NewID(), Name: "x", Type: core.ChannelDM}, s.user)
		require.ErrorIs(t, err, core.ErrNotFound)
		plain(t, err)
	})
	t.Run("any text and JSON", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		rapid.Check(t, func(r *rapid.T) {
			server := &core.MessageServer{
				Name: someText().Draw(r, "name"), SourceType: someText().Draw(r, "source type"),
				SourceID: anyText().Draw(r, "source id"), Metadata: anyObject().Draw(r, "metadata"),
			}
			require.NoError(r, s.SaveMessageServer(t.Context(), server))
			got, err := s.MessageServer(t.Context(), server.ID)
			require.NoError(r, err)
			require.Equal(r, []string{clean(server.Name), clean(server.SourceType), clean(server.SourceID)}, []string{got.Name, got.SourceType, got.SourceID})
			require.Equal(r, cleanJSON(r, server.Metadata), got.Metadata)

			channel := &core.Channel{
				ServerID: server.ID, Name: someText().Draw(r, "channel"), Type: core.ChannelGroup, Topic: anyText().Draw(r, "topic"),
				SourceType: anyText().Draw(r, "type"), SourceID: anyText().Draw(r, "id"), Metadata: anyObject().Draw(r, "more"),
			}
			require.NoError(r, s.CreateChannel(t.Context(), channel))
			list, err := s.Channels(t.Context(), core.ChannelQuery{ServerID: server.ID, Name: channel.Name})
			require.NoError(r, err)
			require.Len(r, list, 1)
			require.Equal(r, []string{clean(channel.Name), clean(channel.Topic), clean(channel.SourceType), clean(channel.SourceID)},
				[]string{list[0].Name, list[0].Topic, list[0].SourceType, list[0].SourceID})
			require.Equal(r, cleanJSON(r, channel.Metadata), list[0].Metadata)
			require.NoError(r, s.DeleteChannel(t.Context(), channel.ID))
		})
	})
}
