package cli_test

import (
	"context"

	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// otherAdapter is a second plugin with a database adapter, which one program
// must not have.
var otherAdapter = fx.Provide(fx.Annotate(func() *core.Plugin {
	return &core.Plugin{Name: "@test/oracle", Adapter: oracle{}}
}, fx.ResultTags(core.PluginGroup)))

type oracle struct{}

func (oracle) Name() string                                { return "Oracle" }
func (oracle) Open(context.Context) (core.Database, error) { panic("must not be opened") }
func (oracle) Close(context.Context) error                 { return nil }
