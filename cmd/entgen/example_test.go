package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The schema Entry has entpg.ReadOnly, the schema Balance entpg.TableOnly. The
// migration makes all three tables.
func Example_clients() {
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/ledger\n"), 0o600); err != nil {
		panic(err)
	}
	if err := run("testdata/ledger/schema", filepath.Join(dir, "ent")); err != nil {
		panic(err)
	}
	for _, table := range []string{"account", "entry", "balance"} {
		files, err := filepath.Glob(filepath.Join(dir, "ent", table+"*.go"))
		if err != nil {
			panic(err)
		}
		for i := range files {
			files[i] = filepath.Base(files[i])
		}
		fmt.Printf("%s: %s\n", table, strings.Join(files, " "))
	}
	// Output:
	// account: account.go account_create.go account_delete.go account_query.go account_update.go
	// entry: entry.go entry_query.go
	// balance:
}
