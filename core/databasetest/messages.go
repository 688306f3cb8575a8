package databasetest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

func (s *scene) addMessage(t require.TestingT, channel uuid.UUID, text string, minute int, change func(*core.Message)) *core.Message {
	message := &core.Message{ChannelID: channel, AuthorID: s.user, Content: text, CreatedAt: past.Add(time.Duration(minute) * time.Minute)}
	if change != nil {
		change(message)
	}
	require.NoError(t, s.CreateMessage(s.ctx, message))
	return message
}

func contents(messages []*core.Message) string {
	texts := []string{}
	for _, message := range messages {
		texts = append(texts, message.Content)
	}
	return strings.Join(texts, ",")
}

// messages tests core.MessageStore.
func messages(t *testing.T, open Open) {
	t.Run("all fields come back", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := s.addChannel(t, s.addServer(t, "s"), "c").ID
		root := s.addMessage(t, channel, "root", 0, nil)
		message := s.addMessage(t, channel, "hello", 1, func(m *core.Message) {
			m.InReplyTo, m.SourceType, m.SourceID = root.ID, "discord", "7"
			m.Raw, m.Metadata = json.RawMessage(`{"a": [1]}`), map[string]any{"k": "v"}
		})
		got, err := s.Message(t.Context(), message.ID)
		require.NoError(t, err)
		sameTime(t, &message.CreatedAt, &got.CreatedAt)
		sameTime(t, &message.UpdatedAt, &got.UpdatedAt)
		require.JSONEq(t, string(message.Raw), string(got.Raw))
		got.Raw = message.Raw
		require.Equal(t, message, got)
		again := *message
		require.ErrorIs(t, s.CreateMessage(t.Context(), &again), core.ErrConflict)
		bare, err := s.Message(t.Context(), root.ID)
		require.NoError(t, err)
		require.Empty(t, bare.Raw)
		require.NotNil(t, bare.Metadata)

		require.NoError(t, s.DeleteMessage(t.Context(), root.ID))
		got, err = s.Message(t.Context(), message.ID)
		require.NoError(t, err)
		require.Zero(t, got.InReplyTo, "an answer stays, and answers nothing")
		require.NoError(t, s.DeleteChannel(t.Context(), channel))
		_, err = s.Message(t.Context(), message.ID)
		require.ErrorIs(t, err, core.ErrNotFound, "messages go with their channel")
	})
	t.Run("every filter filters", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		server := s.addServer(t, "s")
		channel, other := s.addChannel(t, server, "c").ID, s.addChannel(t, server, "d").ID
		first := s.addMessage(t, channel, "first", 0, nil)
		s.addMessage(t, channel, "agent's", 1, func(m *core.Message) { m.AuthorID = s.agent })
		third := s.addMessage(t, channel, "answer", 2, func(m *core.Message) { m.InReplyTo = first.ID })
		elsewhere := s.addMessage(t, other, "elsewhere", 3, nil)
		for what, tt := range map[string]struct {
			query core.MessageQuery
			want  string
		}{
			"channel, the newest first": {core.MessageQuery{ChannelID: channel}, "answer,agent's,first"},
			"another channel":           {core.MessageQuery{ChannelID: other}, "elsewhere"},
			"author":                    {core.MessageQuery{ChannelID: channel, AuthorID: s.agent}, "agent's"},
			"answers":                   {core.MessageQuery{ChannelID: channel, InReplyTo: first.ID}, "answer"},
			"since inclusive":           {core.MessageQuery{ChannelID: channel, Since: past.Add(time.Minute)}, "answer,agent's"},
			"until exclusive":           {core.MessageQuery{ChannelID: channel, Until: past.Add(time.Minute)}, "first"},
			"before":                    {core.MessageQuery{ChannelID: channel, Before: third.ID}, "agent's,first"},
			"before the first":          {core.MessageQuery{ChannelID: channel, Before: first.ID}, ""},
			"a page":                    {core.MessageQuery{ChannelID: channel, Limit: 1, Offset: 1}, "agent's"},
			"no such channel":           {core.MessageQuery{ChannelID: core.NewID()}, ""},
		} {
			got, err := s.Messages(t.Context(), tt.query)
			require.NoError(t, err, what)
			require.Equal(t, tt.want, contents(got), what)
		}
		for _, before := range []uuid.UUID{core.NewID(), elsewhere.ID} {
			_, err := s.Messages(t.Context(), core.MessageQuery{ChannelID: channel, Before: before})
			require.ErrorIs(t, err, core.ErrNotFound)
		}
	})
	t.Run("pages leave nothing out", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := s.addChannel(t, s.addServer(t, "s"), "c").ID
		for i := range 20 {
			s.addMessage(t, channel, "old", i/7, nil) // seven have the same time
		}
		query, seen := core.MessageQuery{ChannelID: channel, Limit: 3}, map[uuid.UUID]bool{}
		for {
			page, err := s.Messages(t.Context(), query)
			require.NoError(t, err)
			for _, message := range page {
				require.False(t, seen[message.ID])
				seen[message.ID] = true
				query.Before = message.ID
			}
			if len(page) < 3 {
				break
			}
			s.addMessage(t, channel, "new", 60, nil) // arrives meanwhile
		}
		require.Len(t, seen, 20)
	})
	t.Run("updates", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := s.addChannel(t, s.addServer(t, "s"), "c").ID
		id := s.addMessage(t, channel, "a", 0, func(m *core.Message) { m.Raw = json.RawMessage(`1`) }).ID
		update := func(change core.MessageUpdate) *core.Message {
			require.NoError(t, s.UpdateMessage(t.Context(), id, change))
			got, err := s.Message(t.Context(), id)
			require.NoError(t, err)
			return got
		}
		got := update(core.MessageUpdate{Content: new("b")})
		require.Equal(t, "b", got.Content)
		require.Equal(t, "1", string(got.Raw), "what is not named stays")
		got = update(core.MessageUpdate{Raw: json.RawMessage(`"raw"`), Metadata: map[string]any{"k": "v"}})
		require.Equal(t, `"raw"`, string(got.Raw))
		require.Equal(t, map[string]any{"k": "v"}, got.Metadata)
		require.Empty(t, update(core.MessageUpdate{Raw: json.RawMessage{}}).Raw)
		invalid(t, s.UpdateMessage(t.Context(), id, core.MessageUpdate{Raw: json.RawMessage("{")}), "Raw")
	})
	t.Run("unknown and refused", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := s.addChannel(t, s.addServer(t, "s"), "c").ID
		_, err := s.Message(t.Context(), core.NewID())
		require.ErrorIs(t, err, core.ErrNotFound)
		require.ErrorIs(t, s.DeleteMessage(t.Context(), core.NewID()), core.ErrNotFound)
		require.ErrorIs(t, s.UpdateMessage(t.Context(), core.NewID(), core.MessageUpdate{Content: new("x")}), core.ErrNotFound)
		require.ErrorIs(t, s.CreateMessage(t.Context(), &core.Message{ChannelID: core.NewID(), AuthorID: s.user}), core.ErrNotFound)
		err = s.CreateMessage(t.Context(), &core.Message{ChannelID: channel, AuthorID: s.user, InReplyTo: core.NewID()})
		require.ErrorIs(t, err, core.ErrNotFound)
		plain(t, err)
		invalid(t, s.CreateMessage(t.Context(), &core.Message{AuthorID: s.user}), "ChannelID")
		invalid(t, s.CreateMessage(t.Context(), &core.Message{ChannelID: channel}), "AuthorID")
		err = s.CreateMessage(t.Context(), &core.Message{ChannelID: channel, AuthorID: s.user, Raw: json.RawMessage("{")})
		invalid(t, err, "Raw")
		_, err = s.Messages(t.Context(), core.MessageQuery{})
		invalid(t, err, "ChannelID")
	})
	t.Run("any text and JSON", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		channel := s.addChannel(t, s.addServer(t, "s"), "c").ID
		rapid.Check(t, func(r *rapid.T) {
			raw := anyObject().Draw(r, "raw")
			encoded, err := json.Marshal(raw)
			require.NoError(r, err)
			message := &core.Message{
				ChannelID: channel, AuthorID: s.user, Content: anyText().Draw(r, "content"), Raw: encoded,
				SourceType: anyText().Draw(r, "type"), SourceID: anyText().Draw(r, "id"), Metadata: anyObject().Draw(r, "metadata"),
			}
			require.NoError(r, s.CreateMessage(t.Context(), message))
			got, err := s.Message(t.Context(), message.ID)
			require.NoError(r, err)
			require.Equal(r, []string{clean(message.Content), clean(message.SourceType), clean(message.SourceID)},
				[]string{got.Content, got.SourceType, got.SourceID})
			require.Equal(r, cleanJSON(r, message.Metadata), got.Metadata)
			var decoded map[string]any
			require.NoError(r, json.Unmarshal(got.Raw, &decoded))
			require.Equal(r, cleanJSON(r, raw), decoded)
			require.NoError(r, s.UpdateMessage(t.Context(), message.ID, core.MessageUpdate{Content: &message.SourceID}))
			require.NoError(r, s.DeleteMessage(t.Context(), message.ID))
		})
	})
}
