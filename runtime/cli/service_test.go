package cli_test

import (
	"context"
	"fmt"
	"os"

	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

// ticker is a module with a service of its own, which works with the agents and
// says what becomes of it.
var ticker = fx.Invoke(func(lifecycle fx.Lifecycle, rt *runtime.Runtime) {
	say := func(what string) func(context.Context) error {
		return func(context.Context) error {
			_, err := fmt.Fprintf(os.Stderr, "ticker %s with %d agents\n", what, len(rt.Agents()))
			return err
		}
	}
	_ = say("made")(context.Background())
	lifecycle.Append(fx.StartStopHook(say("started"), say("stopped")))
})

// keyed is a plugin with settings.
func keyed() *core.Plugin {
	return &core.Plugin{Name: "@test/weather", Description: "Knows the weather", Settings: struct {
		Units string `env:"WEATHER_UNITS" envDefault:"metric"`
		Key   string `env:"WEATHER_KEY,required"`
	}{}}
}
