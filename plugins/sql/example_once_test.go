package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// A fact that was said before, in nearly the same words, is not kept twice.
func ExampleDatabase_CreateMemoryOnce() {
	example(func(ctx context.Context, db core.Database) error {
		learn := func(text string, embedding []float32) error {
			fact := &core.Memory{
				Type: core.MemoryFacts, AgentID: ada, EntityID: grace,
				Content: core.Content{Text: text}, Embedding: embedding,
			}
			isNew, err := db.CreateMemoryOnce(ctx, fact, core.Deduplication{Threshold: 0.9, Skip: true})
			fmt.Println(isNew, text)
			return err
		}
		if err := learn("Grace likes tea.", vector(1, 0)); err != nil {
			return err
		}
		if err := learn("Grace is fond of tea.", vector(1, 0.1)); err != nil {
			return err
		}
		return learn("Grace sails.", vector(0, 1))
	})
	// Output:
	// true Grace likes tea.
	// false Grace is fond of tea.
	// true Grace sails.
}
