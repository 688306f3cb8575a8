// Command elizago runs agents with the plugins that are bundled with the
// framework. A program with plugins of your own is this file with their
// modules added.
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
