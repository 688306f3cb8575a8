package sql_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/elizago/elizago/core"
)

// A transaction inside another one is a savepoint: one that fails undoes its
// own part alone.
func ExampleDatabase_InTx() {
	example(func(ctx context.Context, db core.Database) error {
		note := func(text string) *core.Memory {
			return &core.Memory{Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: text}}
		}
		err := db.InTx(ctx, func(tx core.Database) error {
			if err := tx.CreateMemory(ctx, note("Engines compute.")); err != nil {
				return err
			}
			err := tx.InTx(ctx, func(inner core.Database) error {
				if err := inner.CreateMemory(ctx, note("Engines think.")); err != nil {
					return err
				}
				return errors.New("it was rolled back")
			})
			fmt.Println("undone:", err)
			return nil // all else is committed
		})
		if err != nil {
			return err
		}
		facts, err := db.Memories(ctx, core.MemoryQuery{AgentID: ada, Type: core.MemoryFacts})
		if err != nil {
			return err
		}
		for _, fact := range facts {
			fmt.Println("kept:", fact.Content.Text)
		}
		return nil
	})
	// Output:
	// undone: it was rolled back
	// kept: Engines compute.
}
