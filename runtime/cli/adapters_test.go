package cli_test

import (
	"context"
	"os"

	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql"
)

// otherAdapter is a second plugin with a database adapter, which one program
// must not have.
var otherAdapter = fx.Provide(fx.Annotate(func() *core.Plugin {
	return &core.Plugin{Name: "@test/oracle", Adapter: oracle{}}
}, fx.ResultTags(core.PluginGroup)))

type oracle struct{}

func (oracle) Name() string { return "Oracle" }
func (oracle) Inspect(context.Context) (core.DatabaseStatus, error) {
	panic("must not be inspected")
}
func (oracle) Open(context.Context) (core.Database, error) { panic("must not be opened") }
func (oracle) Start(context.Context) error                 { panic("must not be started") }
func (oracle) Close(context.Context) error                 { return nil }

// elsewhereAdapter is the database adapter of a program whose database is the
// one that ELSEWHERE_URL names, whatever POSTGRES_URL and PGLITE_DATA_DIR are. It
// has nothing but what core.Adapter asks for.
var elsewhereAdapter = fx.Provide(fx.Annotate(func() *core.Plugin {
	plugin := sql.New(sql.Config{URL: os.Getenv("ELSEWHERE_URL")})
	plugin.Adapter = elsewhere{plugin.Adapter}
	return plugin
}, fx.ResultTags(core.PluginGroup)))

type elsewhere struct{ core.Adapter }

// Name implements core.Adapter.
func (elsewhere) Name() string { return "Elsewhere" }

// Inspect implements core.Adapter.
func (elsewhere) Inspect(context.Context) (core.DatabaseStatus, error) {
	exists := os.Getenv("ELSEWHERE_URL") != ""
	return core.DatabaseStatus{Location: "ELSEWHERE_URL", Exists: exists, Ready: exists}, nil
}
