package runtime

import (
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Module provides a *Runtime made of all plugins of the graph, and starts and
// stops it with the program.
var Module = fx.Module("runtime", fx.Provide(provide))

// Params is what Module takes from the graph.
type Params struct {
	fx.In

	Lifecycle  fx.Lifecycle
	Plugins    []*core.Plugin `group:"plugins"`
	Characters []*core.Character
	Logger     *zap.Logger
	Lookup     func(name string) (string, bool) `name:"settings" optional:"true"`
}

func provide(p Params) (*Runtime, error) {
	rt, err := New(Config{Plugins: p.Plugins, Characters: p.Characters, Logger: p.Logger, Lookup: p.Lookup})
	if err != nil {
		return nil, err
	}
	p.Lifecycle.Append(fx.StartStopHook(rt.Start, rt.Stop))
	return rt, nil
}
