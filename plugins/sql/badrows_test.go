package sql

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/elizago/elizago/core"
)

// watched is a scene whose warnings are seen.
func watched(t *testing.T) (*scene, *observer.ObservedLogs) {
	t.Helper()
	seen, logged := observer.New(zap.WarnLevel)
	return sceneIn(t, connect(t, Config{URL: tables.Database(t), SecretSalt: saltOfTests, Logger: zap.New(seen)})), logged
}

func (s *scene) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	_, err := s.Pool().ExecContext(t.Context(), statement, args...)
	require.NoError(t, err, statement)
}

// One bad memory does not make the list fail, nor a search, nor is it left out
// of them: the rest of it is read, with one warning that names it.
func TestOneBadMemoryDoesNotHideTheOthers(t *testing.T) {
	t.Parallel()
	for statement, column := range map[string]string{
		`UPDATE public.memories SET content = '{"inReplyTo":"","text":"bad"}' WHERE id = $1`:             "",
		`UPDATE public.memories SET content = '{"text":5}' WHERE id = $1`:                                "",
		`UPDATE public.memories SET content = '"bad"' WHERE id = $1`:                                     "content",
		`UPDATE public.memories SET content = '[{"text":"bad"}]' WHERE id = $1`:                          "content",
		`UPDATE public.memories SET content = 'null' WHERE id = $1`:                                      "",
		`UPDATE public.memories SET content = '{"text":"bad","data":{"n":1e400}}' WHERE id = $1`:         "",
		`UPDATE public.memories SET metadata = '"x"' WHERE id = $1`:                                      "metadata",
		`UPDATE public.memories SET metadata = '[1]' WHERE id = $1`:                                      "metadata",
		`UPDATE public.memories SET created_at = 'infinity' WHERE id = $1`:                               "created_at",
		`UPDATE public.memories SET created_at = '-infinity' WHERE id = $1`:                              "created_at",
		`UPDATE public.memories SET created_at = '0044-03-15 BC', updated_at = 'infinity' WHERE id = $1`: "",
	} {
		s, logged := watched(t)
		good, bad := s.memory("good"), s.memory("bad")
		bad.Embedding, good.Embedding = unit(384, 1), unit(384, 1)
		require.NoError(t, s.CreateMemory(t.Context(), good))
		require.NoError(t, s.CreateMemory(t.Context(), bad))
		s.exec(t, statement, bad.ID)
		for range 2 {
			list, err := s.Memories(t.Context(), s.all())
			require.NoError(t, err, statement)
			require.Len(t, list, 2, statement)
			_, err = s.Memory(t.Context(), bad.ID)
			require.NoError(t, err, statement)
			found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: good.Type, Vector: unit(384, 1)})
			require.NoError(t, err, statement)
			require.Len(t, found, 2, statement)
		}
		if column == "" {
			continue
		}
		require.Equal(t, 1, logged.Len(), statement)
		fields := logged.All()[0].ContextMap()
		require.Equal(t, []any{bad.ID.String(), column}, []any{fields["id"], fields["column"]}, statement)
	}
}

func TestOneBadRowDoesNotHideTheOthers(t *testing.T) {
	t.Parallel()
	s, logged := watched(t)
	other := &core.Room{AgentID: s.agent, Type: core.ChannelDM, Metadata: map[string]any{"a": 1.0}}
	require.NoError(t, s.SaveRoom(t.Context(), other))
	for _, bad := range []string{`metadata = '"x"'`, `metadata = '{"n": 1e400, "kept": "yes"}'`, `created_at = 'infinity'`, `updated_at = '-infinity'`} {
		s.exec(t, `UPDATE public.rooms SET `+bad+` WHERE id = $1`, s.room)
		rooms, err := s.Rooms(t.Context(), core.RoomQuery{AgentID: s.agent})
		require.NoError(t, err, bad)
		require.Len(t, rooms, 2, bad)
		_, err = s.RoomsByID(t.Context(), []uuid.UUID{s.room, other.ID})
		require.NoError(t, err, bad)
	}
	room, err := s.Room(t.Context(), s.room)
	require.NoError(t, err)
	require.Equal(t, "yes", room.Metadata["kept"], "the rest of the object")
	for _, entry := range logged.All() {
		require.Equal(t, []any{"rooms", s.room.String()}, []any{entry.ContextMap()["table"], entry.ContextMap()["id"]})
	}
	require.Equal(t, 3, logged.Len(), "one warning for each value")

	s.exec(t, `UPDATE public.rooms SET metadata = '"x"' WHERE id = $1`, s.room)
	require.NoError(t, s.UpdateRoom(t.Context(), s.room, core.RoomUpdate{Metadata: map[string]any{"b": 2}}), "and it can be changed")

	s.exec(t, `UPDATE public.entities SET metadata = '[]', names = '[0:0]={x}' WHERE id = $1`, s.user)
	_, err = s.Entities(t.Context(), core.EntityQuery{AgentID: s.agent})
	require.NoError(t, err)
	s.exec(t, `UPDATE public.agents SET bio = '5', topics = '{"a":1}', settings = '"x"', style = '[]', knowledge = '7', message_examples = '"x"' WHERE id = $1`, s.agent)
	_, err = s.Agents(t.Context(), core.AgentQuery{})
	require.NoError(t, err)
	agent, err := s.Agent(t.Context(), s.agent)
	require.NoError(t, err)
	require.Equal(t, "Ada", agent.Name)
	s.exec(t, `INSERT INTO public.logs (id, agent_id, entity_id, room_id, type, body, created_at)
		VALUES (gen_random_uuid(), $1, $2, $3, 'run_event', '{"runId":"r","status":"started"}', 'infinity'),
			(gen_random_uuid(), $1, $2, $3, 'run_event', '"x"', now())`, s.agent, s.user, s.room)
	_, err = s.Logs(t.Context(), core.LogQuery{AgentID: s.agent})
	require.NoError(t, err)
	page, err := s.Runs(t.Context(), core.RunQuery{AgentID: s.agent})
	require.NoError(t, err)
	require.Len(t, page.Runs, 1)
}

// New rows have the database's time, whatever the program's clock shows.
func TestRowsAreOrderedByTheDatabasesClock(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ahead := s.memory("written by a program whose clock is right")
	require.NoError(t, s.readClock(t.Context()))
	s.clock.Set(time.Now().Add(time.Hour), time.Now()) // the program's clock is an hour behind
	require.NoError(t, s.CreateMemory(t.Context(), ahead))
	require.Greater(t, time.Until(ahead.CreatedAt), 50*time.Minute)
	next := s.memory("next")
	require.NoError(t, s.CreateMemory(t.Context(), next))
	require.True(t, next.CreatedAt.After(ahead.CreatedAt))
	many := []*core.Memory{s.memory("a"), s.memory("b")}
	require.NoError(t, s.CreateMemories(t.Context(), many))
	require.Equal(t, []string{"b", "a", "next", ahead.Content.Text}, s.texts(t, s.all()))
}
