package runtime_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

// A room that is muted is left alone until the agent is named; the message is
// kept.
func TestAMutedRoomIsLeftAlone(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><text>Hello</text></response>", "<response><text>Yes?</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model)
	say := func(text string) *runtime.Outcome {
		outcome, err := agent.Handle(t.Context(), runtime.Message{Text: text})
		require.NoError(t, err)
		return outcome
	}
	first := say("hello")
	require.Len(t, first.Replies, 1)
	require.NoError(t, agent.Database().SetParticipantState(context.Background(), core.ParticipantKey{
		AgentID: agent.AgentID(), RoomID: first.Message.RoomID, EntityID: agent.AgentID(),
	}, core.ParticipantMuted))
	require.Empty(t, say("hello again").Replies)
	require.Len(t, say("Ada, hello").Replies, 1)
	require.Len(t, messages(t, agent), 5)
}
