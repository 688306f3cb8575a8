package runtime_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/runtime"
)

// diary notes what is called, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// worker is a plugin with one service, whose calls the diary has.
func (d *diary) worker(name string, dependencies ...string) *core.Plugin {
	return &core.Plugin{
		Name: name, Dependencies: dependencies,
		Init: func(context.Context, core.Runtime) error { d.note("init " + name); return nil },
		Services: []core.Service{{Name: name, Start: func(_ context.Context, rt core.Runtime) (func(context.Context) error, error) {
			d.note("start " + name)
			return func(ctx context.Context) error {
				d.note("stop " + name)
				_, err := rt.Database().Agent(ctx, rt.AgentID())
				return err
			}, nil
		}}},
		Close: func(context.Context) error { d.note("close " + name); return nil },
	}
}

func TestServicesStartAfterInitAndStopBeforeClose(t *testing.T) {
	t.Parallel()
	var d diary
	model, _ := agenttest.Answering("<response><actions>REPLY</actions><text>Still here</text></response>")
	last := d.worker("a", "b")
	rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{{Name: "Ada"}}, bootstrap.New(), model, last, d.worker("b"))
	stop := last.Services[0].Start
	last.Services[0].Start = func(ctx context.Context, agent core.Runtime) (func(context.Context) error, error) {
		end, err := stop(ctx, agent)
		return func(ctx context.Context) error { // it delivers what it has
			_, answered := agent.(*runtime.Agent).Handle(ctx, runtime.Message{Text: "are you there?"})
			return errors.Join(end(ctx), answered)
		}, err
	}
	require.NoError(t, rt.Start(t.Context()))
	require.NoError(t, rt.Stop(t.Context()))
	require.Equal(t, []string{"init b", "init a", "start b", "start a", "stop a", "stop b", "close a", "close b"}, d.lines)
	require.NoError(t, rt.Stop(t.Context()), "a second call does nothing")
	require.Len(t, d.lines, 8)
}

// Whatever a start failed at, what it has started is stopped.
func TestAServiceThatDoesNotStartEndsTheStart(t *testing.T) {
	t.Parallel()
	var d diary
	for name, service := range map[string]core.Service{
		"it is away": {Name: "mail", Start: func(context.Context, core.Runtime) (func(context.Context) error, error) {
			return nil, errors.New("it is away")
		}},
		"it panicked: no mail": {Name: "mail", Start: func(context.Context, core.Runtime) (func(context.Context) error, error) { panic("no mail") }},
	} {
		d.lines = nil
		broken := &core.Plugin{Name: "z", Dependencies: []string{"a"}, Services: []core.Service{service}}
		model, _ := agenttest.Answering()
		rt := agenttest.Runtime(t, pgtest.Database(t), []*core.Character{{Name: "Ada"}}, model, d.worker("a"), broken)
		require.EqualError(t, rt.Start(t.Context()), `runtime: service "mail" of plugin "z", agent "Ada": `+name)
		require.Equal(t, []string{"init a", "start a", "stop a", "close a"}, d.lines)
	}
}

// What fails at the end keeps nothing else from ending.
func TestEverythingEndsWhateverFails(t *testing.T) {
	t.Parallel()
	var d diary
	bad := d.worker("b")
	bad.Services[0].Start = func(context.Context, core.Runtime) (func(context.Context) error, error) {
		return func(context.Context) error { return errors.New("it hangs on") }, nil
	}
	bad.Close = func(context.Context) error { panic("shut") }
	rt, err := runtime.New(runtime.Config{
		Plugins:    []*core.Plugin{d.worker("a"), bad, database(t)},
		Characters: []*core.Character{{Name: "Ada"}},
	})
	require.NoError(t, err)
	require.NoError(t, rt.Start(t.Context()))
	err = rt.Stop(t.Context())
	require.ErrorContains(t, err, `service "b" of agent "Ada" did not stop: it hangs on`)
	require.ErrorContains(t, err, `plugin "b" did not close: it panicked: shut`)
	require.Equal(t, []string{"init a", "init b", "start a", "stop a", "close a"}, d.lines)
}

// Mistakes in what plugins offer are found before anything is opened.
func TestMistakesOfPluginsAreFoundAtOnce(t *testing.T) {
	t.Parallel()
	_, err := runtime.New(runtime.Config{
		Plugins: []*core.Plugin{database(t), {
			Name:      "@test/broken",
			Providers: []core.Provider{{}, {Name: "WEATHER"}},
			Services:  []core.Service{{}, {Name: "mail"}},
			Settings:  "units",
		}},
		Characters: []*core.Character{{Name: "Ada"}},
	})
	require.EqualError(t, err, `runtime: plugin "@test/broken": provider 1 of 2 has no name: set core.Provider.Name
runtime: plugin "@test/broken": provider WEATHER supplies nothing: set core.Provider.Get
runtime: plugin "@test/broken": service 1 of 2 has no name: set core.Service.Name
runtime: plugin "@test/broken": service mail cannot be started: set core.Service.Start
runtime: plugin "@test/broken": the settings are of type string: make them a struct`)
}
