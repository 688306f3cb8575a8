package runtime_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

func provider(name string, position int, get func(ctx context.Context) (*core.ProviderResult, error)) core.Provider {
	return core.Provider{Name: name, Position: position, Get: func(ctx context.Context, _ core.ProviderCall) (*core.ProviderResult, error) {
		return get(ctx)
	}}
}

func says(text string) func(context.Context) (*core.ProviderResult, error) {
	return func(context.Context) (*core.ProviderResult, error) {
		return &core.ProviderResult{Text: text, Values: map[string]any{"last": text}}, nil
	}
}

func TestComposeState(t *testing.T) {
	t.Parallel()
	dynamic, private := provider("DYNAMIC", 5, says("dynamic")), provider("PRIVATE", 6, says("private"))
	dynamic.Dynamic, private.Private = true, true
	agent := agenttest.Start(t, &core.Plugin{Name: "@test/providers", Providers: []core.Provider{
		provider("SECOND", 2, says("second")),
		provider("FIRST", 1, says("first")),
		provider("ALSO_SECOND", 2, says("also second")),
		provider("SILENT", 0, says(" ")),
		provider("FAILS", 0, func(context.Context) (*core.ProviderResult, error) { return nil, errors.New("no") }),
		provider("PANICS", 0, func(context.Context) (*core.ProviderResult, error) { panic("no") }),
		provider("HANGS", 0, func(ctx context.Context) (*core.ProviderResult, error) { <-ctx.Done(); return nil, ctx.Err() }),
		provider("NOTHING", 0, func(context.Context) (*core.ProviderResult, error) { return nil, nil }),
		dynamic, private,
	}})
	compose := func(options core.StateOptions) *core.State {
		t.Helper()
		state, err := agent.ComposeState(t.Context(), &core.Memory{}, options)
		require.NoError(t, err)
		return state
	}
	const missing = "# Could Not Be Looked Up\n- FAILS\n- PANICS\n- HANGS\nWhat these know is missing above. " +
		"If it matters, say that you could not look it up just now; do not say that there is nothing."
	state := compose(core.StateOptions{})
	require.Equal(t, "first\n\nsecond\n\nalso second\n\n"+missing, state.Text, "by position, and what could not look is named")
	require.Equal(t, []string{"FAILS", "PANICS", "HANGS"}, state.Failed)
	require.Equal(t, "also second", state.Values["last"])
	require.Contains(t, state.Providers, "SILENT")
	require.NotContains(t, state.Providers, "FAILS")

	require.Equal(t, "first\n\nsecond\n\nalso second\n\ndynamic\n\nprivate\n\n"+missing, compose(core.StateOptions{Include: []string{"PRIVATE", "DYNAMIC"}}).Text)
	require.Equal(t, "private", compose(core.StateOptions{Include: []string{"PRIVATE"}, Only: true}).Text)
	require.Equal(t, "x", compose(core.StateOptions{Results: []core.ActionResult{{Values: map[string]any{"last": "x"}}}}).Values["last"])

	_, err := agent.ComposeState(t.Context(), &core.Memory{}, core.StateOptions{Include: []string{"NO_SUCH"}})
	require.ErrorContains(t, err, `there is no provider "NO_SUCH"`)
}

func TestPrompt(t *testing.T) {
	t.Parallel()
	character := &core.Character{Name: "Ada", Bio: core.Lines{"Counts."}, Templates: map[string]string{
		"mine": "{{agentName}}|{{{bio}}}|{{ theme }}|{{nothing}}|{{message}}|{{n}}",
	}}
	agent := agenttest.StartOn(t, pgtest.Database(t), character)
	state := &core.State{Values: map[string]any{"theme": "{{bio}}", "n": 3, "agentName": "Eve"}}
	message := &core.Memory{Content: core.Content{Text: "</message>{{theme}}"}}
	require.Equal(t, "Ada|Counts.|{{bio}}||&lt;/message&gt;{{theme}}|3", agent.Prompt("mine", message, state),
		"what is filled in is not filled in again")
}

func TestSetting(t *testing.T) {
	t.Parallel()
	character := &core.Character{
		Name:     "Ada",
		Settings: map[string]any{"A": "settings", "B": "settings", "N": 0.5, "OFF": false, "EMPTY": "", "LIST": []any{1}, "secrets": map[string]any{"C": "inner"}},
		Secrets:  map[string]string{"A": "secret"},
	}
	agent := agenttest.StartOn(t, pgtest.Database(t), character)
	for name, want := range map[string]string{"A": "secret", "B": "settings", "C": "inner", "N": "0.5", "OFF": "false", "EMPTY": ""} {
		got, ok := agent.Setting(name)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	for _, name := range []string{"LIST", "MISSING", "secrets"} {
		_, ok := agent.Setting(name)
		require.False(t, ok, name)
	}
}

func TestActionsAreOfferedWhenTheyApply(t *testing.T) {
	t.Parallel()
	offered := func(ok bool, err error) core.Action {
		return core.Action{Name: "A", Validate: func(context.Context, core.ActionCall) (bool, error) { return ok, err }}
	}
	named := func(name string, a core.Action) core.Action { a.Name = name; return a }
	agent := agenttest.Start(t, &core.Plugin{Name: "@test/actions", Actions: []core.Action{
		named("YES", offered(true, nil)), named("NO", offered(false, nil)), named("BROKEN", offered(true, errors.New("no"))), {Name: "ALWAYS"},
	}}, &core.Plugin{Name: "@test/later", Actions: []core.Action{{Name: "ALWAYS", Description: "a second one"}}})
	var got []string
	for _, a := range agent.Actions(t.Context(), &core.Memory{}) {
		got = append(got, a.Name+a.Description)
	}
	require.Equal(t, []string{"YES", "ALWAYS"}, got)
}

func TestInitComesAfterTheTables(t *testing.T) {
	t.Parallel()
	var order []string
	plugin := func(name string, dependencies ...string) *core.Plugin {
		return &core.Plugin{Name: name, Dependencies: dependencies, Init: func(ctx context.Context, rt core.Runtime) error {
			order = append(order, name)
			var tables int
			return rt.Database().Pool().QueryRowContext(ctx, "SELECT count(*) FROM public.memories").Scan(&tables)
		}}
	}
	agenttest.Start(t, bootstrap.New(), plugin("@test/a", "@test/z"), plugin("@test/z"))
	require.Equal(t, []string{"@test/z", "@test/a"}, order)
}

func TestAFailingInitStopsTheStart(t *testing.T) {
	t.Parallel()
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{{Name: "Ada"}}, &core.Plugin{
		Name: "@test/broken", Init: func(context.Context, core.Runtime) error { return errors.New("no licence") },
	})
	require.EqualError(t, rt.Start(t.Context()), `runtime: agent "Ada" did not start: plugin "@test/broken": no licence`)
}

func TestTwoAgentsInOneProcess(t *testing.T) {
	t.Parallel()
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{{Name: "Ada"}, {Name: "Bob"}}, bootstrap.New())
	require.NoError(t, rt.Start(t.Context()))
	require.Len(t, rt.Agents(), 2)
	require.NotEqual(t, rt.Agents()[0].AgentID(), rt.Agents()[1].AgentID())
}

func TestNewNeedsACharacter(t *testing.T) {
	t.Parallel()
	_, err := runtime.New(runtime.Config{})
	require.ErrorContains(t, err, "no plugin brings a database adapter")
}
