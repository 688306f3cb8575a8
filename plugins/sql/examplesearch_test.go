package sql_test

import (
	"context"
	"fmt"
	"os"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// Words are found in the forms of the agent's language; with a vector, what is
// near to it is found, too.
func ExampleDatabase_HybridSearchMemories() {
	if err := searchInGerman(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ein Haus am See
	// die Häuser der Stadt
	// alte Bäume
}

func searchInGerman(ctx context.Context) error {
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

	if err := db.SetTextConfig(ctx, ada.AgentID(), "german"); err != nil {
		return err
	}
	for i, text := range []string{"die Häuser der Stadt", "ein Haus am See", "alte Bäume", "nichts davon"} {
		vector := make([]float32, 384) // an embedding model's, of the text
		vector[i] = 1
		if err := db.CreateMemory(ctx, &core.Memory{
			Type: core.MemoryFacts, AgentID: ada.AgentID(), Content: core.Content{Text: text}, Embedding: vector,
		}); err != nil {
			return err
		}
	}
	query := make([]float32, 384) // of the question: near to the second, and less to the third
	query[1], query[2] = 1, 0.8
	found, err := db.HybridSearchMemories(ctx, core.HybridSearch{
		MemorySearch: core.MemorySearch{AgentID: ada.AgentID(), Type: core.MemoryFacts, Vector: query, Threshold: 0.5},
		Text:         "Welches Haus?",
	})
	if err != nil {
		return err
	}
	for _, m := range found {
		fmt.Println(m.Content.Text)
	}
	return nil
}
