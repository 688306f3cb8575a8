package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/memory"
)

// The ent client of any plugin takes part in a transaction of the stores. This
// one is core's own.
func ExampleDatabase_Driver() {
	example(func(ctx context.Context, db core.Database) error {
		return db.InTx(ctx, func(tx core.Database) error {
			err := tx.CreateMemory(ctx, &core.Memory{
				Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: "Engines compute."},
			})
			if err != nil {
				return err
			}
			client := ent.NewClient(ent.Driver(tx.Driver()))
			n, err := client.Memory.Query().Where(memory.AgentID(ada)).Count(ctx)
			fmt.Println("the client sees", n)
			return err
		})
	})
	// Output: the client sees 1
}
