// Command entgen generates the ent client of core or of a plugin. It is ent's
// generator with the features that this project uses, and one more file,
// migrate/annotations.go, with the declarations of package entpg for the migration
// engine. Authors of plugins with tables use it, in this module or in their
// own:
//
//	go get -tool github.com/elizago/elizago/cmd/entgen
//
//	// plugins/notes/generate.go
//	//go:generate go tool entgen ./schema ./ent
//	package notes
//
// The first argument is the folder with the schemas, the second the folder for
// the generated package, whose import path follows from the nearest go.mod. The
// output depends only on the schemas and the versions in go.mod.
package main

import (
	"fmt"
	"os"
)

const usage = `usage: go tool entgen <schema folder> <target folder>

Generates the ent client of the schemas, with migrate/annotations.go for the
migration engine. Usually run by:

	//go:generate go tool entgen ./schema ./ent
`

func main() {
	if len(os.Args) != 3 || os.Args[1] == "" || os.Args[1][0] == '-' || os.Args[2] == "" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "entgen:", err)
		os.Exit(1)
	}
}
