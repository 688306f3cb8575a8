package sql_test

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/core"
)

// A plugin copies rows into a table of its own, in the transaction that saves a
// memory as well: both are there, or neither.
func ExampleDatabase_Pgx() {
	example(func(ctx context.Context, db core.Database) error {
		// A plugin's tables come from its Schema; this one is made by hand.
		if _, err := db.Pool().ExecContext(ctx, "CREATE TABLE readings (minute int, degrees float8)"); err != nil {
			return err
		}
		err := db.InTx(ctx, func(tx core.Database) error {
			if err := tx.CreateMemory(ctx, &core.Memory{
				Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: "The engine was measured for an hour."},
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
			return err
		}
		facts, err := db.CountMemories(ctx, core.MemoryQuery{AgentID: ada, Type: core.MemoryFacts})
		fmt.Println(facts, "fact")
		return err
	})
	// Output:
	// 60 readings
	// 1 fact
}
