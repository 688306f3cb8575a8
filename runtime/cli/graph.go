package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/runtime"
)

// stopTimeout is how long a program may take to end: to answer what it was
// asked, to save, and to shut the private cluster down.
const stopTimeout = 30 * time.Second

// Plugins adds plugins that need nothing of the fx container:
//
//	cli.Main(sql.Module, cli.Plugins(bootstrap.New(), classic.New(), mine.New()))
func Plugins(plugins ...*core.Plugin) fx.Option {
	options := make([]fx.Option, len(plugins))
	for i, plugin := range plugins {
		options[i] = fx.Supply(fx.Annotate(plugin, fx.ResultTags(core.PluginGroup)))
	}
	return fx.Options(options...)
}

// newApp returns the fx app of the program's modules, the settings, the logger
// and the runtime. Every command has the same, so that what a module invokes is
// constructed in each; only `start` starts it.
func (p *program) newApp(ctx context.Context, log *zap.Logger, characters []*core.Character, more ...fx.Option) (*fx.App, error) {
	app := fx.New(
		fx.Options(p.modules...),
		runtime.Module,
		fx.Supply(&p.config, log, p.secrets, characters, p.migrationSettings()),
		fx.Provide(
			fx.Annotate(func() context.Context { return ctx }, fx.ResultTags(`name:"interrupt"`)),
			fx.Annotate(p.startWait, fx.ResultTags(`name:"start_wait"`)),
		),
		fx.Provide(fx.Annotate(
			func(cfg *config.Config) func(string) (string, bool) { return cfg.Lookup },
			fx.ResultTags(`name:"settings"`),
		)),
		fx.WithLogger(func() fxevent.Logger {
			events := &fxevent.ZapLogger{Logger: log.Named("fx")}
			events.UseLogLevel(zap.DebugLevel)
			events.UseErrorLevel(zap.DebugLevel) // Run prints the error, once
			return events
		}),
		// A first start makes a cluster, and recovery after a crash takes what
		// it takes; the parts have limits of their own.
		fx.StartTimeout(10*time.Minute),
		fx.StopTimeout(stopTimeout),
		fx.Options(more...),
	)
	// fx reports where in the fx graph it went wrong; the cause is the root.
	return app, dig.RootCause(app.Err())
}

// pluginsOf returns the plugins of the fx graph by name, without starting
// anything.
func (p *program) pluginsOf(log *zap.Logger) ([]*core.Plugin, error) {
	var found struct {
		fx.In

		Plugins []*core.Plugin `group:"plugins"`
	}
	character, err := loadCharacter("")
	if err != nil {
		return nil, err
	}
	_, err = p.newApp(context.Background(), log, []*core.Character{character}, fx.Populate(&found))
	slices.SortFunc(found.Plugins, func(a, b *core.Plugin) int { return strings.Compare(a.Name, b.Name) })
	return found.Plugins, err
}

// startWait returns how long a start waits for its database: the runtime takes
// zero for its default.
func (p *program) startWait() time.Duration {
	if p.config.StartWait <= 0 {
		return -1
	}
	return p.config.StartWait
}

// run starts the agents of the characters, calls do, and stops everything,
// whatever happens. before is called before the start; it may be nil.
func (p *program) run(ctx context.Context, log *zap.Logger, characters []*core.Character,
	before func(context.Context, core.Adapter), do func(context.Context, *runtime.Runtime) error,
) (err error) {
	var rt *runtime.Runtime
	app, err := p.newApp(ctx, log, characters, fx.Populate(&rt))
	if err != nil {
		return err
	}
	if before != nil {
		adapter, err := runtime.Adapter(rt.Plugins())
		if err != nil {
			return err
		}
		before(ctx, adapter)
	}
	if err := app.Start(context.WithoutCancel(ctx)); err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted while starting: nothing is lost, start it again")
		}
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if stopErr := app.Stop(ctx); err == nil {
			err = stopErr
		}
	}()
	return do(ctx, rt)
}
