package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// At every start a program may make sure of what it needs. What is there stays
// as it is.
func ExampleDatabase_EnsureRooms() {
	example(func(ctx context.Context, db core.Database) error {
		room := func(name string) *core.Room {
			return &core.Room{ID: core.ScopedID(ada, name), AgentID: ada, Name: name, Source: "cli", Type: core.ChannelGroup}
		}
		for range 2 {
			created, err := db.EnsureRooms(ctx, room("library"), room("workshop"))
			if err != nil {
				return err
			}
			fmt.Println("created", created)
		}
		rooms, err := db.Rooms(ctx, core.RoomQuery{AgentID: ada, Source: "cli"})
		fmt.Println("rooms:", len(rooms)) // with the lounge, which was there before
		return err
	})
	// Output:
	// created 2
	// created 0
	// rooms: 3
}
