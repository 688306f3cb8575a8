package sql_test

import (
	"context"
	"fmt"
	"time"

	"github.com/elizago/elizago/core"
)

// Memories are listed in pages, the newest first.
func ExampleDatabase_Memories() {
	example(func(ctx context.Context, db core.Database) error {
		noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		for i, text := range []string{"Hello", "How are you?", "Fine", "Goodbye"} {
			err := db.CreateMemory(ctx, &core.Memory{
				Type: core.MemoryMessages, AgentID: ada, RoomID: lounge, EntityID: grace,
				CreatedAt: noon.Add(time.Duration(i) * time.Minute), Content: core.Content{Text: text},
			})
			if err != nil {
				return err
			}
		}

		query := core.MemoryQuery{AgentID: ada, Type: core.MemoryMessages, RoomID: lounge, Limit: 3}
		for page := 1; ; page++ {
			memories, err := db.Memories(ctx, query)
			if err != nil {
				return err
			}
			for _, m := range memories {
				fmt.Println(page, m.CreatedAt.UTC().Format("15:04"), m.Content.Text)
			}
			if len(memories) < query.Limit {
				return nil
			}
			query.Offset += query.Limit
		}
	})
	// Output:
	// 1 12:03 Goodbye
	// 1 12:02 Fine
	// 1 12:01 How are you?
	// 2 12:00 Hello
}
