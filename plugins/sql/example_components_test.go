package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// What an agent knows of an entity is stored by its type, and changed by a merge.
func ExampleDatabase_FindComponent() {
	example(func(ctx context.Context, db core.Database) error {
		profile := &core.Component{
			EntityID: grace, AgentID: ada, RoomID: lounge, Type: "profile",
			Data: map[string]any{"city": "London", "language": "English"},
		}
		if err := db.CreateComponent(ctx, profile); err != nil {
			return err
		}
		err := db.UpdateComponent(ctx, profile.ID, core.ComponentUpdate{Data: map[string]any{"city": "Arlington"}})
		if err != nil {
			return err
		}
		found, err := db.FindComponent(ctx, core.ComponentQuery{AgentID: ada, EntityID: grace, Type: "profile"})
		if err != nil {
			return err
		}
		fmt.Println(found.Data)
		return nil
	})
	// Output: map[city:Arlington language:English]
}
