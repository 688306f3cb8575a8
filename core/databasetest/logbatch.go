package databasetest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// logBatches tests core.LogStore's CreateLogs.
func logBatches(t *testing.T, open Open) {
	t.Run("all of them or none", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		entry := func(room uuid.UUID) *core.Log {
			return &core.Log{AgentID: s.agent, EntityID: s.user, RoomID: room, Type: "x"}
		}
		saved := func() int {
			logs, err := s.Logs(t.Context(), core.LogQuery{AgentID: s.agent, Limit: 5000})
			require.NoError(t, err)
			return len(logs)
		}
		require.NoError(t, s.CreateLogs(t.Context(), nil))
		two := []*core.Log{entry(s.room), entry(uuid.Nil)}
		require.NoError(t, s.CreateLogs(t.Context(), two))
		require.False(t, two[0].ID == uuid.Nil || two[1].CreatedAt.IsZero())
		require.ErrorIs(t, s.CreateLogs(t.Context(), []*core.Log{entry(s.room), two[1]}), core.ErrConflict)
		require.ErrorIs(t, s.CreateLogs(t.Context(), []*core.Log{entry(s.room), entry(core.NewID())}), core.ErrNotFound)
		invalid(t, s.CreateLogs(t.Context(), []*core.Log{entry(s.room), {}}), "AgentID")
		require.Equal(t, 2, saved())
		var many []*core.Log
		for range 2500 {
			many = append(many, entry(s.room))
		}
		last := many[len(many)-1]
		last.RoomID = core.NewID()
		require.ErrorIs(t, s.CreateLogs(t.Context(), many), core.ErrNotFound)
		require.Equal(t, 2, saved(), "also of many")
		last.RoomID = s.room
		require.NoError(t, s.CreateLogs(t.Context(), many))
		require.Equal(t, 2502, saved())
	})
}
