// Command elizago runs agents with the bundled plugins. A program with your own
// plugins is this file with their modules added.
package main

import (
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/classic"
	"github.com/elizago/elizago/plugins/preferences"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime/cli"
)

func main() {
	cli.Main(sql.Module, bootstrap.Module, classic.Module, preferences.Module)
}
