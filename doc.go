// Package elizago is a framework for building AI agents whose memory is
// PostgreSQL. It is for Go developers who want an agent's conversations, facts
// and plugins' data in tables that they can see, query and back up.
//
// Core tables and every plugin's tables are ent schemas. At start-up they are
// compared with the database, and what is new is added; nothing is ever
// dropped unasked. In development the program runs a private PostgreSQL of its
// own; in production POSTGRES_URL names the server.
//
// An agent is a main that names its plugins:
//
//	package main
//
//	import (
//		"github.com/elizago/elizago/plugins/bootstrap"
//		"github.com/elizago/elizago/plugins/classic"
//		"github.com/elizago/elizago/plugins/preferences"
//		"github.com/elizago/elizago/plugins/sql"
//		"github.com/elizago/elizago/runtime/cli"
//	)
//
//	func main() {
//		cli.Main(sql.Module, bootstrap.Module, classic.Module, preferences.Module)
//	}
//
// Begin with package core to write a plugin (plugins/preferences is the one to
// copy), with runtime/cli to build a program, and with docs/architecture.md to
// work on the framework itself.
package elizago
