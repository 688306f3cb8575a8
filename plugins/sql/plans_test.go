package sql

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// plan is how PostgreSQL goes about a query.
func plan(t *testing.T, s *scene, query string, args ...any) string {
	t.Helper()
	rows, err := s.Pool().QueryContext(t.Context(), "EXPLAIN (COSTS OFF) "+query, args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var lines []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	return strings.Join(lines, "\n")
}

// Of some thousand rows, a list reads the index in its order and no more than
// its page: nothing is sorted, and no table read whole.
func TestListsReadTheirIndex(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	server := &core.MessageServer{Name: "s", SourceType: "test"}
	require.NoError(t, s.SaveMessageServer(t.Context(), server))
	other := s.addAgent(t, "Other")
	for _, fill := range []string{
		`INSERT INTO memories (id, type, agent_id, room_id, content, created_at)
		SELECT gen_random_uuid(), 'messages', $1::uuid, $2, '{}', now() - i * interval '1 second'
		FROM generate_series(1, 5000) i WHERE $3::uuid <> $4::uuid`,
		`INSERT INTO logs (id, agent_id, entity_id, room_id, type, created_at)
		SELECT gen_random_uuid(), CASE WHEN i % 20 = 0 THEN $1::uuid ELSE $4::uuid END, $3, $2, 'action', now() - i * interval '1 second'
		FROM generate_series(1, 20000) i`,
		`INSERT INTO tasks (id, agent_id, name, room_id, entity_id, created_at)
		SELECT gen_random_uuid(), CASE WHEN i % 20 = 0 THEN $1::uuid ELSE $4::uuid END, 'n' || i, $2, $3, now() - i * interval '1 second'
		FROM generate_series(1, 20000) i`,
		`INSERT INTO components (id, agent_id, room_id, entity_id, type, created_at)
		SELECT gen_random_uuid(), CASE WHEN i % 20 = 0 THEN $1::uuid ELSE $4::uuid END, $2, $3, 'n' || i, now() - i * interval '1 second'
		FROM generate_series(1, 20000) i`,
	} {
		_, err := s.Pool().ExecContext(t.Context(), fill, s.agent, s.room, s.user, other)
		require.NoError(t, err)
	}
	_, err := s.Pool().ExecContext(t.Context(), `INSERT INTO channels (id, message_server_id, name, type, created_at)
		SELECT gen_random_uuid(), $1, 'c' || i, 'GROUP', now() - i * interval '1 second' FROM generate_series(1, 20000) i`, server.ID)
	require.NoError(t, err)
	_, err = s.Pool().ExecContext(t.Context(), "ANALYZE")
	require.NoError(t, err)

	page := func(table, more, order string) string {
		return "SELECT * FROM " + table + " WHERE " + more + " ORDER BY " + order + " LIMIT 50"
	}
	last := func(table string) string {
		return "(SELECT l.created_at, l.id FROM public." + table + " l WHERE l.id = $1)"
	}
	const newest, oldest = "created_at DESC, id DESC", "created_at, id"
	for name, tt := range map[string]struct {
		query string
		id    any
		index string
	}{
		"logs of an agent":       {page("logs", "agent_id = $1", newest), s.agent, "idx_logs_agent_created"},
		"logs of a room":         {page("logs", "room_id = $1", newest), s.room, "idx_logs_room_created"},
		"the logs before":        {page("logs", "agent_id = $1 AND (created_at, id) < "+last("logs"), newest), s.agent, "idx_logs_agent_created"},
		"tasks of an agent":      {page("tasks", "agent_id = $1", oldest), s.agent, "idx_tasks_agent_created"},
		"the tasks after":        {page("tasks", "agent_id = $1 AND (created_at, id) > "+last("tasks"), oldest), s.agent, "idx_tasks_agent_created"},
		"components of an agent": {page("components", "agent_id = $1", oldest), s.agent, "idx_components_agent"},
		"channels of a server":   {page("channels", "message_server_id = $1", oldest), server.ID, "idx_channels_server_created"},
	} {
		t.Run(name, func(t *testing.T) {
			got := plan(t, s, tt.query, tt.id)
			require.Contains(t, got, tt.index)
			require.NotContains(t, got, "Sort", got)
			require.NotContains(t, got, "Seq Scan", got)
		})
	}
	for name, query := range map[string]core.MemoryQuery{
		"of an agent": {AgentID: s.agent, Type: core.MemoryMessages, Before: core.NewID(), Limit: 50},
		"of a room":   {AgentID: s.agent, Type: core.MemoryMessages, RoomID: s.room, Before: core.NewID(), Limit: 50},
	} {
		t.Run("the memories before, "+name, func(t *testing.T) {
			c, from, err := memoriesFrom(query, true)
			require.NoError(t, err)
			got := plan(t, s, "SELECT m.id"+from+" ORDER BY m.created_at DESC, m.id DESC LIMIT "+c.Limit(query.Limit), c.Args...)
			require.Regexp(t, `Index Cond: .*ROW\(created_at, id\) <`, got)
			require.NotContains(t, got, "Sort", got)
		})
	}
}
