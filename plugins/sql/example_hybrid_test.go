package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Words are found in the forms of the agent's language; with a vector, what is
// near to it is found, too.
func ExampleDatabase_HybridSearchMemories() {
	example(func(ctx context.Context, db core.Database) error {
		if err := db.SetTextConfig(ctx, ada, "german"); err != nil {
			return err
		}
		fact := func(text string, embedding []float32) *core.Memory {
			return &core.Memory{Type: core.MemoryFacts, AgentID: ada, Content: core.Content{Text: text}, Embedding: embedding}
		}
		err := db.CreateMemories(ctx, []*core.Memory{
			fact("die Häuser der Stadt", vector(1)),
			fact("ein Haus am See", vector(0, 1)),
			fact("alte Bäume", vector(0, 0, 1)),
			fact("nichts davon", vector(0, 0, 0, 1)),
		})
		if err != nil {
			return err
		}

		found, err := db.HybridSearchMemories(ctx, core.HybridSearch{
			MemorySearch: core.MemorySearch{
				AgentID: ada, Type: core.MemoryFacts, Threshold: 0.5,
				Vector: vector(0, 1, 0.8), // of the question: near to the second, and less to the third
			},
			Text: "Welches Haus?",
		})
		if err != nil {
			return err
		}
		for _, m := range found {
			fmt.Println(m.Content.Text)
		}
		return nil
	})
	// Output:
	// ein Haus am See
	// die Häuser der Stadt
	// alte Bäume
}
