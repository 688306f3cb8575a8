package sql_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// Many memories with their embeddings go to the database as one COPY: all of
// them or none.
func ExampleDatabase_CreateMemories() {
	example(func(ctx context.Context, db core.Database) error {
		fact := func(text string, embedding []float32) *core.Memory {
			return &core.Memory{Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: text}, Embedding: embedding}
		}
		facts := []*core.Memory{
			fact("Engines compute.", vector(1, 0)),
			fact("Looms weave.", vector(0, 1)),
		}
		if err := db.CreateMemories(ctx, facts); err != nil {
			return err
		}
		fmt.Println("has an id:", facts[0].ID != uuid.Nil)

		err := db.CreateMemories(ctx, []*core.Memory{
			fact("Clocks tick.", vector(1, 1)),
			fact("A vector of another model.", make([]float32, 768)),
		})
		fmt.Println("another dimension is refused:", errors.Is(err, core.ErrDimension))

		n, err := db.CountMemories(ctx, core.MemoryQuery{AgentID: ada, Type: core.MemoryFacts})
		fmt.Println("memories:", n)
		return err
	})
	// Output:
	// has an id: true
	// another dimension is refused: true
	// memories: 2
}
