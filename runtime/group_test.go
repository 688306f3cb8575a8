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

// In a group the agent answers what is to it: the small model decides, unless
// the source knows; and a name decides where the model's answer is none.
func TestInAGroupAnAgentAnswersWhatIsToIt(t *testing.T) {
	t.Parallel()
	const yes, no, said = "<response><action>RESPOND</action></response>", "<response><reasoning>to Bob</reasoning><action>IGNORE</action></response>",
		"<response><actions>REPLY</actions><text>Here I am</text></response>"
	model, asked := agenttest.Answering(no, yes, said, said, "perhaps", said, "perhaps")
	agent := agenttest.Start(t, bootstrap.New(), model)
	say := func(user, text string, mention *core.Mention) int {
		outcome, err := agent.Handle(t.Context(), runtime.Message{Text: text, User: user, Room: "lobby", RoomType: core.ChannelGroup, Mention: mention})
		require.NoError(t, err)
		return len(outcome.Replies)
	}
	require.Zero(t, say("grace", "Bob, did you eat?", nil))
	require.Contains(t, asked.Prompts()[0], "Decide whether Ada answers")
	require.Equal(t, 1, say("bob", "Who knows the time?", nil))
	require.Contains(t, asked.Prompts()[1], "grace: Bob, did you eat?", "it hears what the others said")
	require.Equal(t, 1, say("bob", "and you?", &core.Mention{IsReply: true}))
	require.Equal(t, 1, say("grace", "ada: what now?", nil))
	require.Zero(t, say("grace", "what now?", nil))
	require.Len(t, messages(t, agent), 8)
}
