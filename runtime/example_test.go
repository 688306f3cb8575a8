package runtime_test

import (
	"context"
	"fmt"
	"os"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/plugins/preferences"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// An agent embedded in another program, without fx and without a command line.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	rt, err := runtime.New(runtime.Config{
		Plugins: []*core.Plugin{
			sql.New(sql.Config{DataDir: dir}),
			bootstrap.New(), classic.New(), preferences.New(),
		},
		Characters: []*core.Character{{Name: "Eliza"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := rt.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	defer rt.Stop(ctx) //nolint:errcheck // the example ends here

	eliza := rt.Agents()[0]
	for _, text := range []string{"I prefer Spanish", "Which language do I like?"} {
		outcome, err := eliza.Handle(ctx, runtime.Message{Text: text, User: "grace"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(outcome.Replies[0].Content.Text)
	}
	// Output:
	// I'll remember that: language Spanish.
	// You prefer Spanish.
}
