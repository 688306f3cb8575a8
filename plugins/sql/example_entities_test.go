package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Who has a name like this one, in the room. A page begins behind the last
// entity of the page before.
func ExampleDatabase_Entities() {
	example(func(ctx context.Context, db core.Database) error {
		if _, err := db.AddParticipants(ctx, ada, lounge, grace, alan); err != nil {
			return err
		}
		query := core.EntityQuery{AgentID: ada, RoomID: lounge, Search: "A", Limit: 1}
		for {
			entities, err := db.Entities(ctx, query)
			if err != nil || len(entities) == 0 {
				return err
			}
			for _, entity := range entities {
				fmt.Println(entity.Name())
				query.After = entity.ID
			}
		}
	})
	// Unordered output:
	// Grace
	// Alan
}
