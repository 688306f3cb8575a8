package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Work for later is found by its tags.
func ExampleDatabase_Tasks() {
	example(func(ctx context.Context, db core.Database) error {
		for _, task := range []*core.Task{
			{AgentID: ada, RoomID: lounge, Name: "REMIND", Description: "Tea at four", Tags: []string{"queue", "today"}},
			{AgentID: ada, RoomID: lounge, Name: "REMIND", Description: "Sail at dawn", Tags: []string{"queue", "tomorrow"}},
		} {
			if err := db.CreateTask(ctx, task); err != nil {
				return err
			}
		}
		tasks, err := db.Tasks(ctx, core.TaskQuery{AgentID: ada, Tags: []string{"queue", "today"}})
		if err != nil {
			return err
		}
		for _, task := range tasks {
			fmt.Println(task.Name, task.Description)
			// Other keys of the metadata stay, even if they are set concurrently.
			err := db.UpdateTask(ctx, task.ID, core.TaskUpdate{MergeMetadata: map[string]any{"attempts": 1}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	// Output: REMIND Tea at four
}
