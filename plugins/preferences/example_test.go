package preferences_test

import (
	"context"
	"fmt"
	"os"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/preferences"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// The repository also works within a transaction, here one that saves the user,
// too.
func ExampleRepository() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	rt, err := runtime.New(runtime.Config{
		Plugins: []*core.Plugin{
			sql.New(sql.Config{DataDir: dir}),
			preferences.New(),
		},
		Characters: []*core.Character{{Name: "Eliza"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := rt.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	defer rt.Stop(ctx) //nolint:errcheck // the example ends here

	eliza := rt.Agents()[0]
	grace := core.ScopedID(eliza.AgentID(), "grace")
	err = eliza.Database().InTx(ctx, func(tx core.Database) error {
		if err := tx.SaveEntity(ctx, &core.Entity{ID: grace, AgentID: eliza.AgentID(), Names: []string{"grace"}}); err != nil {
			return err
		}
		repository := preferences.NewRepository(tx)
		if _, err := repository.Upsert(ctx, grace, map[string]string{"theme": "dark"}); err != nil {
			return err
		}
		all, err := repository.Upsert(ctx, grace, map[string]string{"language": "es"})
		if err != nil {
			return err
		}
		fmt.Println(all.Values["theme"], all.Values["language"])
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: dark es
}
