package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/runtime"
)

// heard collects the output that a message's sender sees.
type heard struct {
	chunks  strings.Builder
	replies []string
}

func (h *heard) message(text string) runtime.Message {
	return runtime.Message{
		Text: text, User: "grace",
		OnChunk: func(chunk string) error { h.chunks.WriteString(chunk); return nil },
		OnReply: func(reply *core.Memory) error {
			h.replies = append(h.replies, reply.Content.Text)
			h.chunks.WriteString("|")
			return nil
		},
	}
}

// action returns an action with the test's handler.
func action(name string, handle func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error)) core.Action {
	return core.Action{Name: name, Description: "for the test", Handle: handle}
}

func messages(t *testing.T, agent *runtime.Agent) []*core.Memory {
	t.Helper()
	memories, err := agent.Database().Memories(t.Context(), core.MemoryQuery{AgentID: agent.AgentID(), Type: core.MemoryMessages})
	require.NoError(t, err)
	return memories
}

func TestAReplyIsStreamedAndSaved(t *testing.T) {
	t.Parallel()
	model, asked := agenttest.Answering("<response><thought>a greeting</thought><actions>REPLY</actions><text>Good &amp; day</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model)
	var h heard
	outcome, err := agent.Handle(t.Context(), h.message("hello <you>"))
	require.NoError(t, err)
	require.Equal(t, "Good & day|", h.chunks.String(), "in pieces, then its end, and once")
	require.Len(t, asked.Prompts(), 1, "a simple reply needs one call of the model")
	require.Contains(t, asked.Prompts()[0], "<message>\nhello &lt;you&gt;\n</message>")
	require.Contains(t, asked.Prompts()[0], "Ada tests.")

	saved := messages(t, agent)
	require.Len(t, saved, 2)
	reply, message := saved[0], saved[1]
	require.Equal(t, outcome.Replies[0].ID, reply.ID)
	require.Equal(t, "hello <you>", message.Content.Text)
	require.Equal(t, "Good & day", reply.Content.Text)
	require.Equal(t, "a greeting", reply.Content.Thought)
	require.Equal(t, message.ID, *reply.Content.InReplyTo)
	require.Equal(t, agent.AgentID(), reply.EntityID)
	require.Equal(t, core.IdentityID(agent.AgentID(), "cli", core.IdentityEntity, "grace"), message.EntityID)
	require.Equal(t, message.RoomID, reply.RoomID)

	room, err := agent.Database().Room(t.Context(), message.RoomID)
	require.NoError(t, err)
	require.Equal(t, "main", room.Name)
	present, err := agent.Database().Participants(t.Context(), agent.AgentID(), room.ID)
	require.NoError(t, err)
	require.Len(t, present, 2)
}

func TestTheNextPromptHoldsTheConversation(t *testing.T) {
	t.Parallel()
	model, asked := agenttest.Answering(
		"<response><text>one</text></response>", "<response><text>two</text></response>", "<response><text>three</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model)
	for _, text := range []string{"first", "second\nline"} {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: text, User: "grace"})
		require.NoError(t, err)
	}
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "elsewhere", User: "grace", Room: "work"})
	require.NoError(t, err)
	prompts := asked.Prompts()
	require.NotContains(t, prompts[0], core.HeadingConversation)
	require.Contains(t, prompts[1], core.HeadingConversation+"\ngrace: first\nYou: one\n")
	require.NotContains(t, prompts[1], "grace: second", "the message itself stands apart")
	require.NotContains(t, prompts[2], "grace: first", "another room is another conversation")
}

// One user's messages are not shown to the model that answers another, even if
// both use the same room name.
func TestUsersDoNotHearEachOther(t *testing.T) {
	t.Parallel()
	model, asked := agenttest.Answering("<response><text>one</text></response>", "<response><text>two</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), model)
	for user, text := range map[string]string{"ada": "my secret is 1234", "bob": "my secret is 5678"} {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: text, User: user, Room: "work"})
		require.NoError(t, err)
	}
	require.NotContains(t, asked.Prompts()[1], core.HeadingConversation)
}

func TestADeletedRoomIsMadeAgain(t *testing.T) {
	t.Parallel()
	agent := agenttest.Start(t, bootstrap.New(), classic.New())
	for range 2 {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
		require.NoError(t, err)
		_, err = agent.Database().Pool().ExecContext(t.Context(), "DELETE FROM public.rooms")
		require.NoError(t, err)
	}
}

func TestActionsRunInOrderAndSeeEachOther(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><actions>FIRST,broken,panic,missing,Second_</actions><text>unused</text></response>")
	var seen []core.ActionResult
	plugin := &core.Plugin{Name: "@test/actions", Actions: []core.Action{
		action("FIRST", func(context.Context, core.ActionCall) (*core.ActionResult, error) {
			return &core.ActionResult{Text: "did it", Values: map[string]any{"answer": 42}}, nil
		}),
		action("BROKEN", func(context.Context, core.ActionCall) (*core.ActionResult, error) {
			return nil, errors.New("out of paper")
		}),
		action("PANIC", func(context.Context, core.ActionCall) (*core.ActionResult, error) { panic("oops") }),
		action("SECOND", func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
			seen = call.Previous
			require.Equal(t, 42, call.State.Values["answer"])
			if err := call.Reply(ctx, core.Content{Text: "half"}); err != nil {
				return nil, err
			}
			if err := call.Stream(ctx, "who"); err != nil {
				return nil, err
			}
			return &core.ActionResult{}, call.Reply(ctx, core.Content{Text: "whole"})
		}),
	}}
	rt, agent := started(t, &core.Character{Name: "Ada"}, bootstrap.New(), model, plugin)
	var h heard
	outcome, err := agent.Handle(t.Context(), h.message("go"))
	require.NoError(t, err)
	require.Equal(t, []string{"half", "whole"}, h.replies)
	require.Equal(t, "half|whole|", h.chunks.String(), "what was streamed is not said twice")
	require.Len(t, seen, 4)
	require.Equal(t, "did it", seen[0].Text)
	require.EqualError(t, seen[1].Err, "out of paper")
	require.EqualError(t, seen[2].Err, "it panicked: oops")
	require.EqualError(t, seen[3].Err, "there is no action missing")
	require.Len(t, outcome.Results, 5)

	require.Equal(t, 4, runs(t, rt, core.RunQuery{})[0].Actions, "every action that ran is logged")
}

func TestEveryMessageIsAnswered(t *testing.T) {
	t.Parallel()
	quiet := &core.Plugin{Name: "@test/quiet", Actions: []core.Action{
		action("QUIET", func(context.Context, core.ActionCall) (*core.ActionResult, error) { return &core.ActionResult{}, nil }),
		action("TELLS", func(context.Context, core.ActionCall) (*core.ActionResult, error) {
			return &core.ActionResult{Text: "It is done."}, nil
		}),
		action("FAILS", func(context.Context, core.ActionCall) (*core.ActionResult, error) { return nil, errors.New("no ink") }),
	}}
	tests := map[string]struct {
		answers []string
		want    []string
	}{
		"the text of a decision with silent actions": {[]string{"<response><actions>QUIET</actions><text>Well.</text></response>"}, []string{"Well."}},
		"what an action reports of itself":           {[]string{"<response><actions>TELLS</actions><text>Well.</text></response>"}, []string{"It is done."}},
		"that an action failed":                      {[]string{"<response><actions>FAILS</actions></response>"}, []string{"Something went wrong, and I could not do FAILS."}},
		"a model that only talks":                    {[]string{"Hi", "Hi.", "Hi!"}, []string{"Hi!"}},
		"a model that needs to be asked again":       {[]string{"<respo", "<response><text>Hi</text></response>"}, []string{"Hi"}},
		"a provider that does not exist":             {[]string{"<response><providers>NOTHING</providers><text>Hi</text></response>"}, []string{"Hi"}},
		"a reply after providers":                    {[]string{"<response><providers>recall</providers></response>", "<response><text>Hi</text></response>"}, []string{"Hi"}},
		"no reply, when that is the choice":          {[]string{"<response><actions>IGNORE</actions><text>Hm</text></response>"}, nil},
		"nothing but text, when that is the choice":  {[]string{"<response><actions>NONE</actions><text>Hm</text></response>"}, []string{"Hm"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model, _ := agenttest.Answering(tt.answers...)
			agent := agenttest.Start(t, bootstrap.New(), model, quiet)
			var h heard
			_, err := agent.Handle(t.Context(), h.message("hello"))
			require.NoError(t, err)
			require.Equal(t, tt.want, h.replies)
			require.Equal(t, strings.Join(append(tt.want, ""), "|"), h.chunks.String())
		})
	}
}

func TestAModelThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response", "<response>", "<response><")
	agent := agenttest.Start(t, bootstrap.New(), model)
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
	require.ErrorContains(t, err, "runtime: the model did not answer in the form that the prompt asks for, 3 times")
	require.Len(t, messages(t, agent), 1, "the message is kept")
}

func TestWithoutAModel(t *testing.T) {
	t.Parallel()
	agent := agenttest.Start(t, bootstrap.New())
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
	require.ErrorIs(t, err, core.ErrNoModel)
	require.ErrorContains(t, err, "add a model plugin in main.go")
	_, err = agent.Embed(t.Context(), "hello")
	require.ErrorIs(t, err, core.ErrNoModel)
	_, err = agent.Handle(t.Context(), runtime.Message{Text: " \n"})
	require.EqualError(t, err, "runtime: the message is empty: say something")
}

// The model of the highest priority is used; classic has the lowest.
func TestModelPriority(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><text>I am the test's</text></response>")
	agent := agenttest.Start(t, bootstrap.New(), classic.New(), model)
	outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
	require.NoError(t, err)
	require.Equal(t, "I am the test's", outcome.Replies[0].Content.Text)
}

func TestMessagesOfOneRoomTakeTurns(t *testing.T) {
	t.Parallel()
	var inside, most atomic.Int32
	answers := make([]string, 12)
	for i := range answers {
		answers[i] = "<response><actions>BUSY</actions></response>"
	}
	model, _ := agenttest.Answering(answers...)
	busy := &core.Plugin{Name: "@test/busy", Actions: []core.Action{
		action("BUSY", func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer inside.Add(-1)
			return &core.ActionResult{}, call.Reply(ctx, core.Content{Text: call.Message.Content.Text})
		}),
	}}
	agent := agenttest.Start(t, bootstrap.New(), model, busy)
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			if _, err := agent.Handle(t.Context(), runtime.Message{Text: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, most.Load())
	saved := messages(t, agent)
	require.Len(t, saved, 24)
	for i := 0; i < len(saved); i += 2 { // the newest first: reply, message, reply, ...
		require.Equal(t, saved[i+1].ID, *saved[i].Content.InReplyTo)
	}
}

// Concurrent first messages of users to three processes all succeed, also those
// of one user to all three.
func TestFirstMessagesAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	var group sync.WaitGroup
	for i := range 3 { // three processes
		agent := agenttest.StartOn(t, url, &core.Character{Name: "Ada"}, bootstrap.New(), classic.New())
		for j := range 3 {
			group.Go(func() {
				_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello", User: fmt.Sprint("user ", i*j)})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
}

func TestMemoriesGetTheirEmbeddings(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	rt := agenttest.Runtime(t, url, []*core.Character{{Name: "Ada"}}, bootstrap.New(), classic.New())
	require.NoError(t, rt.Start(t.Context()))
	agent := rt.Agents()[0]
	outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "My cat is called Miso", User: "grace"})
	require.NoError(t, err)
	require.NoError(t, rt.Stop(t.Context()), "stop waits for what is not embedded yet")

	agent = agenttest.StartOn(t, url, &core.Character{Name: "Ada"}, bootstrap.New(), classic.New())
	vector, err := agent.Embed(t.Context(), "what is my cat called?")
	require.NoError(t, err)
	found, err := agent.Database().SearchMemories(t.Context(), core.MemorySearch{
		AgentID: agent.AgentID(), Type: core.MemoryMessages, EntityID: outcome.Message.EntityID, Vector: vector, Limit: 1,
	})
	require.NoError(t, err)
	require.Equal(t, outcome.Message.ID, found[0].ID)
}

func TestStopEndsTheConversation(t *testing.T) {
	t.Parallel()
	started, finish := make(chan struct{}), make(chan struct{})
	model, _ := agenttest.Answering("<response><actions>SLOW</actions></response>")
	slow := &core.Plugin{Name: "@test/slow", Actions: []core.Action{
		action("SLOW", func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
			close(started)
			<-finish
			return &core.ActionResult{}, call.Reply(ctx, core.Content{Text: "done"})
		}),
	}}
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{{Name: "Ada"}}, bootstrap.New(), model, slow)
	require.NoError(t, rt.Start(t.Context()))
	agent := rt.Agents()[0]
	answered := make(chan error, 1)
	go func() {
		_, err := agent.Handle(context.Background(), runtime.Message{Text: "go"})
		answered <- err
	}()
	<-started
	stopped := make(chan error, 1)
	go func() { stopped <- rt.Stop(context.Background()) }()
	require.Eventually(t, func() bool {
		_, err := agent.Handle(t.Context(), runtime.Message{Text: "too late", Room: "another"})
		return err != nil && strings.Contains(err.Error(), "shutting down")
	}, 10*time.Second, time.Millisecond, "no message is taken in any more")
	close(finish)
	require.NoError(t, <-answered, "the one in hand is answered")
	require.NoError(t, <-stopped)
}

func TestHandleEndsWithItsContext(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><actions>WAIT</actions></response>")
	ctx, cancel := context.WithCancel(t.Context())
	wait := &core.Plugin{Name: "@test/wait", Actions: []core.Action{
		action("WAIT", func(ctx context.Context, _ core.ActionCall) (*core.ActionResult, error) {
			cancel()
			<-ctx.Done()
			return nil, ctx.Err()
		}),
	}}
	agent := agenttest.Start(t, bootstrap.New(), model, wait)
	_, err := agent.Handle(ctx, runtime.Message{Text: "go"})
	require.ErrorIs(t, err, context.Canceled)
}
