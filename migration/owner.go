package migration

import (
	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/internal/desired"
)

// Core is the name of the unit with core's tables, whose namespace is public.
const Core = desired.Core

// Unit is what one schema owner, core or a plugin, keeps in the database.
type Unit struct {
	// Plugin is the plugin's name, Core for core. Required.
	Plugin string

	// Schema are the tables. Its namespace defaults to the one that the
	// generated code names, and that to Namespace(Plugin). No tables is fine:
	// such a unit is there for others to depend on.
	Schema core.Schema

	// DependsOn are the plugins whose tables come first, and may be referred
	// to. Every one must be among the units. Core need not be named.
	DependsOn []string
}

// Namespace returns the PostgreSQL schema that a plugin owns unless it declares
// another: the plugin's name without "@", in lower case, every run of other
// characters than a-z, 0-9 and "_" as one "_", and none at the ends.
//
//	core                    public
//	@your-org/plugin-name   your_org_plugin_name
//
// Names that PostgreSQL or this package keep for themselves (public,
// information_schema, migrations, everything that starts with pg_), names that
// start with a digit and empty ones get "plugin_" in front. Of a name over 63
// bytes the first 54 stay, and eight hexadecimal digits of the plugin name's
// SHA-256 follow. Different plugins can have one namespace; Run refuses them.
func Namespace(plugin string) string { return desired.Namespace(plugin) }

// declarations are the units as package desired takes them.
func declarations(units []Unit) []desired.Declaration {
	out := make([]desired.Declaration, 0, len(units))
	for _, u := range units {
		out = append(out, desired.Declaration(u))
	}
	return out
}
