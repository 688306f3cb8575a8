package sql_test

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"

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

// A plugin copies rows into a table of its own, in the transaction that saves a
// memory as well: both are there, or neither.
func ExampleDatabase() {
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
	db := ada.Database()
	// A plugin's tables come from its Schema; this one is made by hand.
	if _, err := db.Pool().ExecContext(ctx, "CREATE TABLE readings (minute int, degrees float8)"); err != nil {
		fmt.Println(err)
		return
	}
	err = db.InTx(ctx, func(tx core.Database) error {
		if err := tx.CreateMemory(ctx, &core.Memory{
			Type: core.MemoryFacts, AgentID: ada.AgentID(), Content: core.Content{Text: "The engine was measured for an hour."},
		}); err != nil {
			return err
		}
		return tx.Pgx(ctx, func(conn *pgx.Conn) error {
			rows := pgx.CopyFromSlice(60, func(minute int) ([]any, error) { return []any{minute, 20 + float64(minute)/4}, nil })
			copied, err := conn.CopyFrom(ctx, pgx.Identifier{"readings"}, []string{"minute", "degrees"}, rows)
			fmt.Println(copied, "readings")
			return err
		})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	facts, err := db.CountMemories(ctx, core.MemoryQuery{AgentID: ada.AgentID(), Type: core.MemoryFacts})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(facts, "fact")
	// Output:
	// 60 readings
	// 1 fact
}
