package databasetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/elizago/elizago/core"
)

// addLog saves an entry dated some minutes after past.
func (s *scene) addLog(t require.TestingT, minute int, typ string, change func(*core.Log)) *core.Log {
	entry := &core.Log{
		AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: typ, Body: map[string]any{},
		CreatedAt: past.Add(time.Duration(minute) * time.Minute),
	}
	if change != nil {
		change(entry)
	}
	require.NoError(t, s.CreateLog(s.ctx, entry))
	return entry
}

// past is the start time of the tests' data.
var past = time.Now().Add(-100 * time.Hour).Truncate(time.Second)

// logs tests core.LogStore, except runs.
func logs(t *testing.T, open Open) {
	t.Run("all fields come back", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		entry := s.addLog(t, 0, "action", func(l *core.Log) { l.Body = map[string]any{"a": map[string]any{"b": []any{1.0}}} })
		got, err := s.Logs(t.Context(), core.LogQuery{AgentID: s.agent})
		require.NoError(t, err)
		require.Len(t, got, 1)
		sameTime(t, &entry.CreatedAt, &got[0].CreatedAt)
		require.Equal(t, entry, got[0])
		again := *entry
		require.ErrorIs(t, s.CreateLog(t.Context(), &again), core.ErrConflict)
		bare := &core.Log{AgentID: s.agent, EntityID: s.user, Type: "x"}
		require.NoError(t, s.CreateLog(t.Context(), bare), "a log needs no room")
		require.False(t, bare.ID == uuid.Nil || bare.CreatedAt.IsZero())
	})
	t.Run("every filter filters", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		otherAgent, alan := s.addAgent(t, "Other"), s.addEntity(t, "alan")
		s.addLog(t, 0, "first", nil)
		s.addLog(t, 1, "alan's", func(l *core.Log) { l.EntityID = alan })
		s.addLog(t, 2, "no room", func(l *core.Log) { l.RoomID = uuid.Nil })
		s.addLog(t, 3, "run", func(l *core.Log) { l.Body = map[string]any{"runId": "r' OR 1=1"} })
		s.addLog(t, 4, "another agent's", func(l *core.Log) { l.AgentID = otherAgent })
		for what, tt := range map[string]struct {
			query core.LogQuery
			want  string
		}{
			"agent, the newest first": {core.LogQuery{AgentID: s.agent}, "run,no room,alan's,first"},
			"another agent":           {core.LogQuery{AgentID: otherAgent}, "another agent's"},
			"entity":                  {core.LogQuery{AgentID: s.agent, EntityID: alan}, "alan's"},
			"room":                    {core.LogQuery{AgentID: s.agent, RoomID: s.room}, "run,alan's,first"},
			"type":                    {core.LogQuery{AgentID: s.agent, Type: "first"}, "first"},
			"run":                     {core.LogQuery{AgentID: s.agent, RunID: "r' OR 1=1"}, "run"},
			"no such run":             {core.LogQuery{AgentID: s.agent, RunID: "r"}, ""},
			"since inclusive":         {core.LogQuery{AgentID: s.agent, Since: past.Add(2 * time.Minute)}, "run,no room"},
			"until exclusive":         {core.LogQuery{AgentID: s.agent, Until: past.Add(2 * time.Minute)}, "alan's,first"},
			"a page":                  {core.LogQuery{AgentID: s.agent, Limit: 2, Offset: 1}, "no room,alan's"},
		} {
			got, err := s.Logs(t.Context(), tt.query)
			require.NoError(t, err, what)
			types := []string{}
			for _, entry := range got {
				types = append(types, entry.Type)
			}
			require.Equal(t, tt.want, strings.Join(types, ","), what)
		}
	})
	t.Run("deleted, unknown and refused", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		id := s.addLog(t, 0, "x", nil).ID
		require.NoError(t, s.DeleteLog(t.Context(), id))
		require.ErrorIs(t, s.DeleteLog(t.Context(), id), core.ErrNotFound)
		for _, tt := range []struct {
			field string
			entry core.Log
		}{
			{"AgentID", core.Log{EntityID: s.user, Type: "x"}},
			{"EntityID", core.Log{AgentID: s.agent, Type: "x"}},
			{"Type", core.Log{AgentID: s.agent, EntityID: s.user}},
			{"Type", core.Log{AgentID: s.agent, EntityID: s.user, Type: strings.Repeat("x", 3000)}},
			{"runId", core.Log{AgentID: s.agent, EntityID: s.user, Type: "x", Body: map[string]any{"runId": strings.Repeat("x", 3000)}}},
		} {
			invalid(t, s.CreateLog(t.Context(), &tt.entry), tt.field)
		}
		for _, change := range []func(*core.Log){
			func(l *core.Log) { l.AgentID = core.NewID() }, func(l *core.Log) { l.EntityID = core.NewID() },
			func(l *core.Log) { l.RoomID = core.NewID() },
		} {
			entry := &core.Log{AgentID: s.agent, EntityID: s.user, RoomID: s.room, Type: "x"}
			change(entry)
			require.ErrorIs(t, s.CreateLog(t.Context(), entry), core.ErrNotFound)
		}
		_, err := s.Logs(t.Context(), core.LogQuery{})
		invalid(t, err, "AgentID")
		_, err = s.Logs(t.Context(), core.LogQuery{AgentID: s.agent, Limit: -1})
		invalid(t, err)
	})
	t.Run("any text and JSON", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		rapid.Check(t, func(r *rapid.T) {
			typ, body, run := someText().Draw(r, "type"), anyObject().Draw(r, "body"), someText().Draw(r, "run")
			body["runId"] = run
			entry := &core.Log{AgentID: s.agent, EntityID: s.user, Type: typ, Body: body}
			require.NoError(r, s.CreateLog(t.Context(), entry))
			kept := cleanJSON(r, body)
			got, err := s.Logs(t.Context(), core.LogQuery{AgentID: s.agent, Type: typ, RunID: kept["runId"].(string)})
			require.NoError(r, err)
			require.Len(r, got, 1)
			require.Equal(r, clean(typ), got[0].Type)
			require.Equal(r, kept, got[0].Body)
			_, err = s.Runs(t.Context(), core.RunQuery{AgentID: s.agent, Status: core.RunStatus(typ)})
			require.NoError(r, err)
			require.NoError(r, s.DeleteLog(t.Context(), entry.ID))
		})
	})
}
