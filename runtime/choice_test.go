package runtime_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

func database(t *testing.T) *core.Plugin {
	t.Helper()
	return sql.New(sql.Config{URL: pgtest.Database(t)})
}

// offering is a plugin with one provider, which has its name.
func offering(name string, dependencies ...string) *core.Plugin {
	return &core.Plugin{Name: "@test/" + name, Dependencies: dependencies, Providers: []core.Provider{{
		Name: name, Get: func(context.Context, core.ProviderCall) (*core.ProviderResult, error) { return nil, nil },
	}}}
}

// An agent has what its character's plugins offer, what these need, and what
// every agent has.
func TestACharacterChoosesItsPlugins(t *testing.T) {
	t.Parallel()
	model, _ := agenttest.Answering("<response><actions>REPLY</actions><text>Hello</text></response>")
	var started []string
	weather := offering("WEATHER", "ATLAS")
	weather.Services = []core.Service{{Name: "clock", Start: func(_ context.Context, rt core.Runtime) (func(context.Context) error, error) {
		started = append(started, rt.Character().Name)
		return nil, nil
	}}}
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{
		{Name: "Ada"},
		{Name: "Bob", Plugins: []string{"plugin-WEATHER", "@elizaos/plugin-sql"}},
		{Name: "Cid", Plugins: []string{"@test/ATLAS"}},
	}, bootstrap.New(), model, weather, offering("ATLAS"), offering("NEWS"))
	require.NoError(t, rt.Start(t.Context()))
	has := func(agent *runtime.Agent) (names []string) {
		for _, provider := range agent.Providers() {
			switch provider.Name {
			case "WEATHER", "ATLAS", "NEWS", "CHARACTER":
				names = append(names, provider.Name)
			}
		}
		return names
	}
	ada, bob, cid := rt.Agents()[0], rt.Agents()[1], rt.Agents()[2]
	require.ElementsMatch(t, []string{"WEATHER", "ATLAS", "NEWS", "CHARACTER"}, has(ada))
	require.ElementsMatch(t, []string{"WEATHER", "ATLAS", "CHARACTER"}, has(bob))
	require.ElementsMatch(t, []string{"ATLAS", "CHARACTER"}, has(cid))
	require.Equal(t, []string{"Ada", "Bob"}, started)
	outcome, err := cid.Handle(t.Context(), runtime.Message{Text: "hello"})
	require.NoError(t, err)
	require.Len(t, outcome.Replies, 1, "models of others serve where its own plugins have none")
}

// A model of the character's own plugins goes before a better one of others.
func TestTheCharactersOwnModelGoesFirst(t *testing.T) {
	t.Parallel()
	mine, _ := agenttest.Answering("<response><actions>REPLY</actions><text>Mine</text></response>")
	mine.Name = "@test/mine"
	better, _ := agenttest.Answering("<response><actions>REPLY</actions><text>Better</text></response>")
	better.Name, better.Priority = "@test/better", 10
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{{Name: "Ada", Plugins: []string{"mine"}}, {Name: "Bob"}}, bootstrap.New(), mine, better)
	require.NoError(t, rt.Start(t.Context()))
	for i, want := range []string{"Mine", "Better"} {
		outcome, err := rt.Agents()[i].Handle(t.Context(), runtime.Message{Text: "hello"})
		require.NoError(t, err)
		require.Equal(t, want, outcome.Replies[0].Content.Text)
	}
}

// An agent does not start with settings that its plugins cannot use, and no
// plugin has been initialized then.
func TestSettingsAreCheckedBeforeInit(t *testing.T) {
	t.Parallel()
	type config struct {
		Key   string `env:"WEATHER_KEY,required"`
		Hours int    `env:"WEATHER_HOURS" envDefault:"12"`
	}
	var got []config
	plugins := func() []*core.Plugin {
		return []*core.Plugin{database(t), {
			Name: "@test/first",
			Init: func(context.Context, core.Runtime) error { got = append(got, config{Key: "initialized"}); return nil },
		}, {
			Name: "@test/weather", Settings: config{},
			Init: func(_ context.Context, rt core.Runtime) error {
				settings, err := core.Settings[config](rt)
				got = append(got, settings)
				return err
			},
		}}
	}
	start := func(settings map[string]any, lookup func(string) (string, bool)) error {
		rt, err := runtime.New(runtime.Config{Plugins: plugins(), Characters: []*core.Character{{Name: "Ada", Settings: settings}}, Lookup: lookup})
		require.NoError(t, err)
		err = rt.Start(t.Context())
		require.NoError(t, rt.Stop(context.Background()))
		return err
	}
	require.EqualError(t, start(map[string]any{"WEATHER_HOURS": "soon-and-secret"}, nil),
		`runtime: agent "Ada" did not start: plugin "@test/weather": the setting WEATHER_KEY is missing: set it in the character's settings or secrets, or in the environment
the setting WEATHER_HOURS is not a whole number: correct it`)
	require.Empty(t, got)
	require.NoError(t, start(map[string]any{"WEATHER_HOURS": 3.0}, func(name string) (string, bool) { return "k", name == "WEATHER_KEY" }))
	require.Equal(t, []config{{Key: "initialized"}, {Key: "k", Hours: 3}}, got)
}
