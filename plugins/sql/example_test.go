package sql_test

import (
	"context"
	"fmt"
	"os"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// The database of a running agent, with a transaction of its own.
func ExampleNew() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	rt, err := runtime.New(runtime.Config{
		Plugins:    []*core.Plugin{sql.New(sql.Config{DataDir: dir})},
		Characters: []*core.Character{{Name: "Ada"}},
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

	ada := rt.Agents()[0]
	err = ada.Database().InTx(ctx, func(tx core.Database) error {
		return tx.CreateMemory(ctx, &core.Memory{
			Type: core.MemoryFacts, AgentID: ada.AgentID(), Content: core.Content{Text: "Engines compute."},
		})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	facts, err := ada.Database().Memories(ctx, core.MemoryQuery{AgentID: ada.AgentID(), Type: core.MemoryFacts})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(facts[0].Content.Text)
	// Output: Engines compute.
}
