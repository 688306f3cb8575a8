package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// started starts one agent, and returns its runtime, so that the test can call
// Settle.
func started(t *testing.T, character *core.Character, plugins ...*core.Plugin) (*runtime.Runtime, *runtime.Agent) {
	t.Helper()
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{character}, plugins...)
	require.NoError(t, rt.Start(t.Context()))
	return rt, rt.Agents()[0]
}

// runs returns the agent's runs after Settle.
func runs(t *testing.T, rt *runtime.Runtime, query core.RunQuery) []*core.Run {
	t.Helper()
	require.NoError(t, rt.Settle(t.Context()))
	agent := rt.Agents()[0]
	query.AgentID = agent.AgentID()
	page, err := agent.Database().Runs(t.Context(), query)
	require.NoError(t, err)
	return page.Runs
}

// entries returns the bodies of the log entries by type, oldest first.
func entries(t *testing.T, agent *runtime.Agent) map[string][]map[string]any {
	t.Helper()
	logs, err := agent.Database().Logs(t.Context(), core.LogQuery{AgentID: agent.AgentID()})
	require.NoError(t, err)
	byType := map[string][]map[string]any{}
	for i := len(logs) - 1; i >= 0; i-- {
		byType[logs[i].Type] = append(byType[logs[i].Type], logs[i].Body)
	}
	return byType
}

func TestAConversationLeavesARun(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering(
		"<response><actions>ASKS,BROKEN,MISSING</actions><text>hm</text></response>", "an answer", "<response><text>Hi</text></response>")
	plugin := &core.Plugin{
		Name: "@test/actions",
		Actions: []core.Action{
			action("ASKS", func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
				_, err := call.Runtime.Generate(ctx, core.TextSmall, core.TextRequest{Prompt: "a secret prompt"})
				return &core.ActionResult{Text: "asked"}, err
			}),
			action("BROKEN", func(context.Context, core.ActionCall) (*core.ActionResult, error) {
				return nil, errors.New("out of paper")
			}),
		},
	}
	rt, agent := started(t, &core.Character{Name: "Ada"}, bootstrap.New(), classic.New(), model, plugin)
	began := time.Now()
	outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "go", User: "grace"})
	require.NoError(t, err)
	require.NoError(t, rt.Settle(t.Context()))
	_, err = agent.Handle(t.Context(), runtime.Message{Text: "hello", User: "grace"})
	require.NoError(t, err)

	got := runs(t, rt, core.RunQuery{})
	require.Len(t, got, 2)
	second, first := got[0], got[1]
	require.Equal(t, core.RunCompleted, first.Status)
	require.Equal(t, outcome.Message.ID, first.MessageID)
	require.Equal(t, outcome.Message.RoomID, first.RoomID)
	require.Equal(t, outcome.Message.EntityID, first.EntityID)
	require.False(t, first.StartedAt.Before(began.Truncate(time.Microsecond)) || first.EndedAt.Before(first.StartedAt))
	require.Equal(t, 2, first.Actions, "one that does not exist did not run")
	require.Equal(t, 2, first.Errors, "BROKEN and MISSING")
	require.Equal(t, core.RunCompleted, second.Status)
	require.Zero(t, second.Actions+second.Errors)

	log := entries(t, agent)
	calls := map[string]int{}
	for kind, bodies := range log {
		for _, body := range bodies {
			if body["runId"] == first.ID {
				calls[kind]++
			}
			require.NotEmpty(t, body["messageId"], kind)
		}
	}
	require.Equal(t, 1, calls["useModel:TEXT_LARGE"])
	require.Equal(t, 1, calls["useModel:TEXT_SMALL"])
	require.GreaterOrEqual(t, calls["useModel:TEXT_EMBEDDING"], 2, "the message's and the reply's, though made later")
	require.Equal(t, calls["useModel:TEXT_LARGE"]+calls["useModel:TEXT_SMALL"]+calls["useModel:TEXT_EMBEDDING"], first.ModelCalls)
	call := log["useModel:TEXT_SMALL"][0]
	require.Equal(t, "@test/model", call["provider"])
	require.Equal(t, "test", call["model"])
	require.Contains(t, call, "executionTime")
	require.NotContains(t, fmt.Sprint(log), "a secret prompt")
	require.Equal(t, "asked", log["action"][0]["text"])
	require.Contains(t, log["action"][0], "duration")
	require.Equal(t, "out of paper", log["action"][1]["error"])
	require.Equal(t, map[string]any{
		"runId": first.ID, "messageId": first.MessageID.String(), "action": "MISSING", "error": "there is no action MISSING",
	}, log["failure"][0])
	require.Equal(t, "cli", log["run_event"][0]["source"])
	require.Equal(t, "completed", log["run_event"][1]["status"])
	require.Contains(t, log["run_event"][1], "duration")
}

// generates is a text model made of a function.
type generates func(ctx context.Context) (*core.TextResponse, error)

func (f generates) Generate(ctx context.Context, _ core.TextRequest) (*core.TextResponse, error) {
	return f(ctx)
}

func (generates) Traits() core.Traits { return core.Traits{} }

func (f generates) plugin() *core.Plugin {
	return &core.Plugin{Name: "@test/generates", TextModels: map[core.ModelType]core.TextModel{core.TextLarge: f}}
}

// expiring is a context whose deadline passes when the test calls for it.
type expiring struct {
	context.Context
	passed chan struct{}
}

func (e expiring) Done() <-chan struct{} { return e.passed }

func (e expiring) Err() error {
	select {
	case <-e.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestARunThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		model func(ctx expiring) (*core.TextResponse, error)
		want  core.RunStatus
		err   string
	}{
		"a model that panics":          {func(expiring) (*core.TextResponse, error) { panic("oops") }, core.RunFailed, "it panicked: oops"},
		"a model that fails":           {func(expiring) (*core.TextResponse, error) { return nil, errors.New("no credit") }, core.RunFailed, "no credit"},
		"a model that returns nothing": {func(expiring) (*core.TextResponse, error) { return nil, nil }, core.RunFailed, "it returned nothing"},
		"a model that takes too long": {func(ctx expiring) (*core.TextResponse, error) {
			close(ctx.passed)
			return nil, ctx.Err()
		}, core.RunTimeout, "deadline exceeded"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := expiring{t.Context(), make(chan struct{})}
			model := generates(func(context.Context) (*core.TextResponse, error) { return tt.model(ctx) })
			rt, agent := started(t, &core.Character{Name: "Ada"}, model.plugin())
			_, err := agent.Handle(ctx, runtime.Message{Text: "hello"})
			require.ErrorContains(t, err, tt.err)
			got := runs(t, rt, core.RunQuery{Status: tt.want})
			require.Len(t, got, 1)
			require.Equal(t, 1, got[0].ModelCalls)
			require.NotZero(t, got[0].Errors)
			require.False(t, got[0].EndedAt.IsZero())
			require.Contains(t, entries(t, agent)["run_event"][1]["error"], tt.err)
		})
	}
}

func TestARunThatPanicsEndsAsError(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><text>Hi</text></response>")
	rt, agent := started(t, &core.Character{Name: "Ada"}, model)
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello", OnReply: func(*core.Memory) error { panic("oops") }})
	require.EqualError(t, err, "runtime: the message could not be answered: it panicked: oops")
	require.Len(t, runs(t, rt, core.RunQuery{Status: core.RunFailed}), 1)
	_, err = agent.Handle(t.Context(), runtime.Message{Text: ""})
	require.Error(t, err)
	require.Len(t, runs(t, rt, core.RunQuery{}), 1, "what is no message is no run")
}

// A killed run shows as started, as its start is written immediately.
func TestARunShowsWhileItGoesOn(t *testing.T) {
	t.Parallel()
	var rt *runtime.Runtime
	var during []*core.Run
	model := generates(func(context.Context) (*core.TextResponse, error) {
		during = runs(t, rt, core.RunQuery{})
		return &core.TextResponse{Parts: []core.Part{core.TextPart("<response><text>Hi</text></response>")}}, nil
	})
	rt, agent := started(t, &core.Character{Name: "Ada"}, model.plugin())
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
	require.NoError(t, err)
	require.Len(t, during, 1)
	require.Equal(t, core.RunStarted, during[0].Status)
	require.Zero(t, during[0].Took())
}

// A message is answered even if the log cannot be written.
func TestAMessageIsAnsweredWithoutLog(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><text>one</text></response>", "<response><text>two</text></response>")
	rt, agent := started(t, &core.Character{Name: "Ada"}, bootstrap.New(), model)
	kill := func() error {
		_, err := agent.Database().Pool().ExecContext(t.Context(), `
			SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		return err
	}
	outcome, err := agent.Handle(t.Context(), runtime.Message{
		Text: "hello", OnChunk: func(string) error { return kill() }, OnReply: func(*core.Memory) error { return kill() },
	})
	require.NoError(t, err)
	require.Len(t, outcome.Replies, 1)
	require.Len(t, runs(t, rt, core.RunQuery{Status: core.RunCompleted}), 1, "what was under way is written on another connection")

	_, err = agent.Database().Pool().ExecContext(t.Context(), "DROP TABLE public.logs")
	require.NoError(t, err)
	outcome, err = agent.Handle(t.Context(), runtime.Message{Text: "hello"})
	require.NoError(t, err)
	require.Len(t, outcome.Replies, 1)
	require.NoError(t, rt.Settle(t.Context()))
}

// Deleting a room drops its own queued entries and no others.
func TestADeletedRoomLeavesOtherRuns(t *testing.T) {
	t.Parallel()
	rt, agent := started(t, &core.Character{Name: "Ada"}, bootstrap.New(), classic.New())
	tx, err := agent.Database().Pool().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "LOCK TABLE public.logs IN SHARE MODE") // nothing is written meanwhile
	require.NoError(t, err)
	for _, room := range []string{"one", "deleted", "two"} {
		outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "hello", Room: room})
		require.NoError(t, err)
		if room == "deleted" {
			_, err = tx.ExecContext(t.Context(), "DELETE FROM public.rooms WHERE id = $1", outcome.Message.RoomID)
			require.NoError(t, err)
		}
	}
	require.NoError(t, tx.Commit())
	require.Len(t, runs(t, rt, core.RunQuery{Status: core.RunCompleted}), 2)
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><actions>LEAKS</actions></response>")
	leaks := &core.Plugin{Name: "@test/leaks", Actions: []core.Action{
		action("LEAKS", func(context.Context, core.ActionCall) (*core.ActionResult, error) {
			return &core.ActionResult{Text: "used pepper-1 and pepper-1-long"}, errors.New(
				`Get "https://me:hunter2@example.com/?api_key=salt-2&q=1": Authorization: Bearer ginger-3, {"token": "clove-4"}, or cumin-5; ` + strings.Repeat("x", 2000))
		}),
	}}
	rt, agent := started(t, &core.Character{
		Name: "Ada", Secrets: map[string]string{"A": "pepper-1", "B": "pepper-1-long"},
		Settings: map[string]any{"secrets": map[string]any{"C": "cumin-5"}},
	}, bootstrap.New(), model, leaks)
	_, err := agent.Handle(t.Context(), runtime.Message{Text: "go"})
	require.NoError(t, err)
	require.NoError(t, rt.Settle(t.Context()))
	body := entries(t, agent)["action"][0]
	require.Equal(t, "used *** and ***", body["text"])
	said := body["error"].(string)
	require.Contains(t, said, `Get "https://***@example.com/?api_key=***&q=1": Authorization: Bearer ***, {"token": "***"}, or ***; xxx`)
	require.Less(t, len(said), 600)
}
