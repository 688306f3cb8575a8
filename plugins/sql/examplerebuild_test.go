package sql_test

import (
	"context"
	"fmt"
	"os"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// Another embedding model makes vectors of another length. The old ones are
// searched until all new ones are there.
func ExampleDatabase_RebuildEmbeddings() {
	if err := rebuildForAnotherModel(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0 of 3 made with 512 dimensions
	// 2 of 3 made with 512 dimensions
	// 3 of 3 made with 512 dimensions
	// 3 have 512 dimensions
}

func rebuildForAnotherModel(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rt, err := runtime.New(runtime.Config{
		Plugins:    []*core.Plugin{sql.New(sql.Config{DataDir: dir})},
		Characters: []*core.Character{{Name: "Ada"}},
	})
	if err != nil {
		return err
	}
	if err := rt.Start(ctx); err != nil {
		return err
	}
	defer rt.Stop(ctx) //nolint:errcheck // the example ends here
	ada := rt.Agents()[0]
	db := ada.Database()

	for i, text := range []string{"Engines compute.", "Cats sleep.", "Trees grow."} {
		vector := make([]float32, 384)
		vector[i] = 1
		if err := db.CreateMemory(ctx, &core.Memory{
			Type: core.MemoryFacts, AgentID: ada.AgentID(), Content: core.Content{Text: text}, Embedding: vector,
		}); err != nil {
			return err
		}
	}
	return db.RebuildEmbeddings(ctx, core.EmbeddingRebuild{
		AgentID: ada.AgentID(), Dimension: 512, Batch: 2, Model: "another-embedding-512",
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
}
