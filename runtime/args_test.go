package runtime_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

type throw struct {
	Dice  int `json:"dice" jsonschema:"how many dice"`
	Sides int `json:"sides,omitempty"`
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answers []string
		want    string
	}{
		"by the action's name":     {[]string{`<actions>ROLL</actions><args>{"ROLL": {"dice": 2, "sides": 6}}</args>`}, "2 with 6"},
		"alone":                    {[]string{`<actions>ROLL</actions><args>{"dice": 2}</args>`}, "2 with 0"},
		"broken, and repaired":     {[]string{`<actions>roll</actions><args>{roll: {dice: 3,}</args>`}, "3 with 0"},
		"asked for when missing":   {[]string{`<actions>ROLL</actions>`, `<args>{"dice": 4}</args>`}, "4 with 0"},
		"that do not fit":          {[]string{`<actions>ROLL</actions><args>{"ROLL": {"dice": "two"}}</args>`}, ""},
		"of another action":        {[]string{`<actions>ROLL</actions><args>{"REPLY": {"dice": 2}}</args>`}, ""},
		"missing, and never given": {[]string{`<actions>ROLL</actions>`, `<args></args>`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := tt.answers
			for i := range answers {
				answers[i] = "<response>" + answers[i] + "</response>"
			}
			model, asked := agenttest.Answering(answers...)
			var ids []uuid.UUID
			roll := core.NewAction("ROLL", "Rolls", core.EffectRead, func(_ context.Context, call core.ActionCall, args throw) (*core.ActionResult, error) {
				ids = append(ids, call.ID)
				return &core.ActionResult{Text: fmt.Sprintf("%d with %d", args.Dice, args.Sides)}, nil
			})
			agent := agenttest.Start(t, bootstrap.New(), model, &core.Plugin{Name: "@test/roll", Actions: []core.Action{roll}})
			outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "roll <some>"})
			require.NoError(t, err)
			require.Len(t, outcome.Results, 1)
			require.Contains(t, asked.Prompts()[0], `- ROLL: Rolls Arguments: {"type":"object"`)
			if tt.want == "" {
				require.ErrorContains(t, outcome.Results[0].Err, "the arguments do not fit")
				require.Empty(t, ids, "what does not fit is not carried out")
				return
			}
			require.NoError(t, outcome.Results[0].Err)
			require.Equal(t, tt.want, outcome.Results[0].Text)
			require.Equal(t, []uuid.UUID{core.ScopedID(outcome.Message.ID, "1.0")}, ids)
			require.Len(t, asked.Prompts(), len(answers))
			if len(answers) > 1 {
				require.Contains(t, asked.Prompts()[1], "<message>\nroll &lt;some&gt;\n</message>")
			}
		})
	}
}

// A provider that goes on after its time does not hold the answer up.
func TestAProviderThatIgnoresItsTimeLimit(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	ended := make(chan struct{})
	agent := agenttest.Start(t, &core.Plugin{Name: "@test/deaf", Providers: []core.Provider{
		provider("DEAF", 0, func(context.Context) (*core.ProviderResult, error) {
			defer close(ended)
			<-end
			return &core.ProviderResult{Text: "late"}, nil
		}),
	}})
	state, err := agent.ComposeState(t.Context(), &core.Memory{}, core.StateOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"DEAF"}, state.Failed)
	close(end)
	<-ended
}

func TestAnActionHasATimeLimit(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><actions>WAITS</actions></response>")
	waits := action("WAITS", func(ctx context.Context, _ core.ActionCall) (*core.ActionResult, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	})
	waits.Timeout = time.Millisecond
	agent := agenttest.Start(t, bootstrap.New(), model, &core.Plugin{Name: "@test/waits", Actions: []core.Action{waits}})
	outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "go"})
	require.NoError(t, err)
	require.EqualError(t, outcome.Results[0].Err, "it took longer than 1ms")
}

func TestNamesAreChecked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "roll", "ROLL DICE", string(make([]byte, 65))} {
		err := runtime.Check([]*core.Plugin{{Name: "@test/names", Actions: []core.Action{{Name: name}}}})
		require.ErrorContains(t, err, "a name is 1 to 64 of A-Z, 0-9 and _", name)
	}
}
