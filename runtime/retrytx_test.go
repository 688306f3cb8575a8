package runtime_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

// The connections are lost while a message is being answered: the reply is
// still saved, once.
func TestAReplyOutlivesItsConnections(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><text>one</text></response>", "<response><text>two</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model)
	for range 2 {
		outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "hello", OnChunk: func(string) error {
			_, err := agent.Database().Pool().ExecContext(t.Context(), `
				SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
			return err
		}})
		require.NoError(t, err)
		require.Len(t, outcome.Replies, 1)
	}
	require.Len(t, messages(t, agent), 4)
}
