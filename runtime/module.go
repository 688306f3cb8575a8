package runtime

import (
	"context"
	"time"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Module provides a *Runtime with all plugins of the fx container, and starts
// and stops it with the program.
var Module = fx.Module("runtime", fx.Provide(provide))

// Params are Module's dependencies; the fields that Config has too mean the
// same there.
type Params struct {
	fx.In

	Lifecycle  fx.Lifecycle
	Plugins    []*core.Plugin `group:"plugins"`
	Characters []*core.Character
	Logger     *zap.Logger
	Lookup     func(name string) (string, bool) `name:"settings" optional:"true"`
	Migration  Migration                        `optional:"true"`
	StartWait  time.Duration                    `name:"start_wait" optional:"true"`
	Secrets    *Secrets                         `optional:"true"`

	// Interrupt cancels a start in progress. fx's own context does not serve:
	// fx does not wait for a hook whose context is done, and the program would
	// exit during it.
	Interrupt context.Context `name:"interrupt" optional:"true"`
}

func provide(p Params) (*Runtime, error) {
	rt, err := New(Config{
		Plugins: p.Plugins, Characters: p.Characters, Logger: p.Logger, Lookup: p.Lookup, Migration: p.Migration,
		StartWait: p.StartWait, Secrets: p.Secrets,
	})
	if err != nil {
		return nil, err
	}
	start := func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if p.Interrupt != nil {
			defer context.AfterFunc(p.Interrupt, cancel)()
		}
		return rt.Start(ctx)
	}
	p.Lifecycle.Append(fx.StartStopHook(start, rt.Stop))
	return rt, nil
}
