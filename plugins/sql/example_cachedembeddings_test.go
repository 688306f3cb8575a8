package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// A text that was embedded before, but for a letter or two, need not be sent to
// the model again.
func ExampleDatabase_CachedEmbeddings() {
	example(func(ctx context.Context, db core.Database) error {
		err := db.CreateMemory(ctx, &core.Memory{
			Type: core.MemoryMessages, AgentID: ada, RoomID: lounge, EntityID: grace,
			Content: core.Content{Text: "Good morning!"}, Embedding: vector(1),
		})
		if err != nil {
			return err
		}
		found, err := db.CachedEmbeddings(ctx, core.CachedEmbeddingQuery{
			AgentID: ada, Type: core.MemoryMessages, Text: "good morning", MaxDistance: 2,
		})
		if err != nil {
			return err
		}
		for _, embedding := range found {
			fmt.Println(len(embedding.Vector), "numbers,", embedding.Distance, "edits away")
		}
		return nil
	})
	// Output: 384 numbers, 2 edits away
}
