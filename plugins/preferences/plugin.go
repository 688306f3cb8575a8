// Package preferences is a plugin that stores users' preferences, and the
// example for plugins with tables. Such a plugin has these parts:
//
//	schema/        the tables, written by hand as ent schemas
//	ent/           the client, generated from them
//	repository.go  all reading and writing, in the plugin's own terms
//	action.go      what the agent can do: writes through the repository
//	provider.go    what the agent should know: reads through the repository
//	plugin.go      puts the parts together
//	module.go      adds the plugin to a program
//
// A program adds it in its main:
//
//	cli.Main(sql.Module, bootstrap.Module, classic.Module, preferences.Module)
package preferences

import (
	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/preferences/ent/migrate"
)

// Name is the plugin's name.
const Name = "@elizago/preferences"

// New returns the plugin. It depends on the core tables, since its rows refer
// to entities.
func New() *core.Plugin {
	keeper := keeper{longest: 200}
	return &core.Plugin{
		Name:         Name,
		Description:  "Remembers what users prefer, such as a theme or a language",
		Dependencies: []string{"@elizago/sql"},
		Schema: &core.Schema{
			Namespace:   migrate.Namespace,
			Tables:      migrate.Tables,
			Annotations: migrate.Annotations,
		},
		Actions:   []core.Action{keeper.action()},
		Providers: []core.Provider{keeper.provider()},
	}
}
