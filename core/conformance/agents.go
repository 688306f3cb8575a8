package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// agents is the suite of core.AgentStore.
func agents(t *testing.T, open Open) {
	t.Run("unknown", func(t *testing.T) {
		t.Parallel()
		_, err := open(t).Agent(t.Context(), core.NewID())
		require.ErrorIs(t, err, core.ErrNotFound)
	})
	t.Run("saved and read", func(t *testing.T) {
		t.Parallel()
		s := newScene(t, open)
		agent, err := s.Agent(t.Context(), s.agent)
		require.NoError(t, err)
		require.Equal(t, "Ada", agent.Name)
		require.True(t, agent.Enabled)
		require.False(t, agent.CreatedAt.IsZero())
	})
}
