package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Another embedding model makes vectors of another length. The old ones are
// searched until all new ones are there.
func ExampleDatabase_RebuildEmbeddings() {
	example(func(ctx context.Context, db core.Database) error {
		for i, text := range []string{"Engines compute.", "Cats sleep.", "Trees grow."} {
			err := db.CreateMemory(ctx, &core.Memory{
				Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: text}, Embedding: vector(1, float32(i)),
			})
			if err != nil {
				return err
			}
		}
		return db.RebuildEmbeddings(ctx, core.EmbeddingRebuild{
			AgentID: ada, Dimension: 512, Batch: 2, Model: "another-embedding-512",
			Embed: func(_ context.Context, texts []string) ([][]float32, error) { // an EmbeddingModel's
				vectors := make([][]float32, len(texts))
				for i, text := range texts {
					vectors[i] = make([]float32, 512)
					vectors[i][len(text)] = 1
				}
				return vectors, nil
			},
			Progress: func(state core.EmbeddingState) {
				if state.Target == 0 {
					fmt.Println(state.Total, "have", state.Dimension, "dimensions")
					return
				}
				fmt.Println(state.Done, "of", state.Total, "made with", state.Target, "dimensions")
			},
		})
	})
	// Output:
	// 0 of 3 made with 512 dimensions
	// 2 of 3 made with 512 dimensions
	// 3 of 3 made with 512 dimensions
	// 3 have 512 dimensions
}
