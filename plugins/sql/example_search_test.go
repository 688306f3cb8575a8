package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// The nearest memories of those whose metadata meets the conditions.
func ExampleDatabase_SearchMemories() {
	example(func(ctx context.Context, db core.Database) error {
		review := func(text string, score int, embedding []float32) *core.Memory {
			return &core.Memory{
				Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: text}, Embedding: embedding,
				Metadata: core.MemoryMetadata{Tags: []string{"review"}, Extra: map[string]any{"score": score}},
			}
		}
		err := db.CreateMemories(ctx, []*core.Memory{
			review("The tea was superb.", 5, vector(1, 0.2)),
			review("The tea was cold.", 1, vector(1, 0.1)),
			review("Good scones.", 4, vector(0.2, 1)),
		})
		if err != nil {
			return err
		}

		found, err := db.SearchMemories(ctx, core.MemorySearch{
			AgentID: ada, Type: core.MemoryFacts, Vector: vector(1), // "How is the tea?"
			Metadata: []core.MetadataFilter{
				{Path: []string{"tags"}, Op: core.MetadataContains, Value: "review"},
				{Path: []string{"score"}, Op: core.MetadataAtLeast, Value: 4},
			},
		})
		if err != nil {
			return err
		}
		for _, m := range found {
			fmt.Printf("%.2f %s\n", m.Similarity, m.Content.Text)
		}
		return nil
	})
	// Output:
	// 0.98 The tea was superb.
	// 0.20 Good scones.
}
