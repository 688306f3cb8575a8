package databasetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func (s *scene) addRunEvent(t *testing.T, minute int, run string, status core.RunStatus, change func(*core.Log)) {
	s.addLog(t, minute, core.LogRun, func(l *core.Log) {
		l.Body = map[string]any{"runId": run, "status": status}
		if change != nil {
			change(l)
		}
	})
}

func runIDs(page *core.RunPage) []string {
	ids := []string{}
	for _, run := range page.Runs {
		ids = append(ids, run.ID)
	}
	return ids
}

// runs tests LogStore.Runs.
func runs(t *testing.T, open Open) {
	t.Run("counted", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		message := core.NewID()
		s.addRunEvent(t, 0, "a", core.RunStarted, func(l *core.Log) { l.Body["messageId"] = message })
		in := func(run string, body map[string]any) func(*core.Log) {
			return func(l *core.Log) { body["runId"] = run; l.Body = body }
		}
		s.addLog(t, 1, "useModel:TEXT_LARGE", in("a", map[string]any{}))
		s.addLog(t, 1, "useModel:TEXT_SMALL", in("a", map[string]any{"error": "no answer"}))
		s.addLog(t, 2, core.LogAction, in("a", map[string]any{"success": true}))
		s.addLog(t, 2, core.LogAction, in("a", map[string]any{"success": false}))
		s.addLog(t, 2, core.LogAction, in("a", map[string]any{"result": map[string]any{"success": false}}))
		s.addLog(t, 3, core.LogEvaluator, in("a", map[string]any{}))
		s.addLog(t, 3, "embedding_event", in("a", map[string]any{"status": "failed"}))
		s.addLog(t, 3, core.LogAction, in("another", map[string]any{}))
		s.addLog(t, 3, core.LogAction, nil)
		s.addRunEvent(t, 4, "a", core.RunFailed, nil)
		s.addRunEvent(t, 9, "b", core.RunStarted, func(l *core.Log) { l.RoomID = uuid.Nil; l.Body["messageId"] = "no id" })

		page, err := s.Runs(t.Context(), core.RunQuery{AgentID: s.agent})
		require.NoError(t, err)
		require.Equal(t, []string{"b", "a"}, runIDs(page), "the one that started last first; entries alone make no run")
		require.Equal(t, 2, page.Total)
		require.False(t, page.HasMore)
		b, a := page.Runs[0], page.Runs[1]
		require.Equal(t, 4*time.Minute, a.Took())
		sameTime(t, new(past), &a.StartedAt)
		require.Equal(t, &core.Run{
			ID: "a", Status: core.RunFailed, StartedAt: past, EndedAt: a.EndedAt, RoomID: s.room, EntityID: s.user,
			MessageID: message, Actions: 3, ModelCalls: 2, Evaluators: 1, Errors: 5,
		}, a)
		require.Equal(t, core.RunStarted, b.Status)
		require.True(t, b.EndedAt.IsZero())
		require.Zero(t, b.Took())
		require.Zero(t, b.RoomID)
		require.Zero(t, b.MessageID)
	})
	t.Run("every filter filters", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		otherAgent, alan := s.addAgent(t, "Other"), s.addEntity(t, "alan")
		s.addRunEvent(t, 0, "plain", core.RunStarted, nil)
		s.addRunEvent(t, 1, "alan's", core.RunStarted, func(l *core.Log) { l.EntityID = alan })
		s.addRunEvent(t, 2, "no room", core.RunStarted, func(l *core.Log) { l.RoomID = uuid.Nil })
		s.addRunEvent(t, 3, "another agent's", core.RunStarted, func(l *core.Log) { l.AgentID = otherAgent })
		s.addRunEvent(t, 9, "plain", core.RunCompleted, nil)
		for what, tt := range map[string]struct {
			query core.RunQuery
			want  []string
		}{
			"agent":           {core.RunQuery{AgentID: otherAgent}, []string{"another agent's"}},
			"room":            {core.RunQuery{AgentID: s.agent, RoomID: s.room}, []string{"alan's", "plain"}},
			"entity":          {core.RunQuery{AgentID: s.agent, EntityID: alan}, []string{"alan's"}},
			"status":          {core.RunQuery{AgentID: s.agent, Status: core.RunStarted}, []string{"no room", "alan's"}},
			"status now":      {core.RunQuery{AgentID: s.agent, Status: core.RunCompleted}, []string{"plain"}},
			"since inclusive": {core.RunQuery{AgentID: s.agent, Since: past.Add(time.Minute)}, []string{"no room", "alan's"}},
			"until exclusive": {core.RunQuery{AgentID: s.agent, Until: past.Add(time.Minute)}, []string{"plain"}},
		} {
			page, err := s.Runs(t.Context(), tt.query)
			require.NoError(t, err, what)
			require.Equal(t, tt.want, runIDs(page), what)
			require.Equal(t, len(tt.want), page.Total, what)
		}
	})
	t.Run("pages", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		for i := range 25 {
			s.addRunEvent(t, 0, fmt.Sprint(i), core.RunCompleted, nil)
		}
		page, err := s.Runs(t.Context(), core.RunQuery{AgentID: s.agent})
		require.NoError(t, err)
		require.Len(t, page.Runs, 20, "the default")
		require.True(t, page.HasMore)
		seen := map[string]bool{}
		for offset := 0; offset <= 28; offset += 7 {
			page, err := s.Runs(t.Context(), core.RunQuery{AgentID: s.agent, Limit: 7, Offset: offset})
			require.NoError(t, err)
			require.Equal(t, 25, page.Total, "also beyond the last")
			require.Equal(t, offset+7 < 25, page.HasMore)
			for _, id := range runIDs(page) {
				require.False(t, seen[id])
				seen[id] = true
			}
		}
		require.Len(t, seen, 25)
		for _, limit := range []int{-1, 101} {
			_, err = s.Runs(t.Context(), core.RunQuery{AgentID: s.agent, Limit: limit})
			invalid(t, err)
		}
		_, err = s.Runs(t.Context(), core.RunQuery{})
		invalid(t, err, "AgentID")
	})
}
