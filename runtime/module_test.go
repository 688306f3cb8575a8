package runtime_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// Agents in an fx application of one's own: the modules need a logger and the
// characters.
func ExampleModule() {
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	os.Setenv("PGLITE_DATA_DIR", dir)
	defer os.Unsetenv("PGLITE_DATA_DIR")

	var rt *runtime.Runtime
	app := fx.New(
		fx.NopLogger,
		sql.Module, bootstrap.Module, classic.Module, runtime.Module,
		fx.Supply(zap.NewNop(), []*core.Character{{Name: "Eliza"}}),
		fx.Populate(&rt),
	)
	ctx := context.Background()
	if err := app.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	outcome, err := rt.Agents()[0].Handle(ctx, runtime.Message{Text: "Are you real?"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(outcome.Replies[0].Content.Text, "1966"))
	if err := app.Stop(ctx); err != nil {
		fmt.Println(err)
	}
	// Output: true
}
