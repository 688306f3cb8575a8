package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Settings are merged deeply into those that are stored, and null deletes one.
func ExampleDatabase_UpdateAgent() {
	example(func(ctx context.Context, db core.Database) error {
		type object = map[string]any
		for _, settings := range []object{
			{"voice": object{"pitch": "low", "speed": 1}, "color": "blue"},
			{"voice": object{"speed": 2}, "color": nil},
		} {
			if err := db.UpdateAgent(ctx, ada, core.AgentUpdate{Settings: settings}); err != nil {
				return err
			}
		}
		agent, err := db.Agent(ctx, ada)
		if err != nil {
			return err
		}
		fmt.Println(agent.Settings)
		return nil
	})
	// Output: map[voice:map[pitch:low speed:2]]
}
