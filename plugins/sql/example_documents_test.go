package sql_test

import (
	"context"
	"fmt"
	"time"

	"github.com/elizago/elizago/core"
)

// A document is kept whole, and in fragments that searches find. They go when
// it goes.
func ExampleDatabase_DeleteMemory() {
	example(func(ctx context.Context, db core.Database) error {
		document := &core.Memory{
			ID: core.NewID(), Type: core.MemoryDocuments, AgentID: ada,
			Content:  core.Content{Text: "Fill the kettle. Warm the pot."},
			Metadata: core.MemoryMetadata{Type: core.MetadataDocument, Timestamp: time.Now().UnixMilli()},
		}
		memories := []*core.Memory{document}
		for i, text := range []string{"Fill the kettle.", "Warm the pot."} {
			memories = append(memories, &core.Memory{
				Type: core.MemoryFragments, AgentID: ada, Content: core.Content{Text: text}, Embedding: vector(1, float32(i)),
				Metadata: core.MemoryMetadata{Type: core.MetadataFragment, DocumentID: &document.ID, Position: &i},
			})
		}
		if err := db.CreateMemories(ctx, memories); err != nil {
			return err
		}

		fragments := core.MemoryQuery{AgentID: ada, Type: core.MemoryFragments}
		before, err := db.CountMemories(ctx, fragments)
		if err != nil {
			return err
		}
		if err := db.DeleteMemory(ctx, document.ID); err != nil {
			return err
		}
		after, err := db.CountMemories(ctx, fragments)
		fmt.Println("fragments:", before, "then", after)
		return err
	})
	// Output: fragments: 2 then 0
}
