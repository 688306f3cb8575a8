package migration

import (
	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/internal/desired"
)

// Core is the Plugin of the schema owner with core's tables, whose namespace is
// public.
const Core = desired.Core

// Unit is one schema owner, core or a plugin, with its declared schema.
type Unit struct {
	// Plugin is the plugin's name, or Core; required.
	Plugin string

	// Schema declares the tables. Its Namespace defaults to the one in the
	// generated code, or else to Namespace(Plugin). A schema owner without
	// tables is valid; others may depend on it.
	Schema core.Schema

	// DependsOn are the names of the schema owners whose tables are created
	// before this one's, and may be referenced by them. All must be among the
	// schema owners. Core need not be named.
	DependsOn []string
}

// Namespace returns the PostgreSQL schema that a plugin owns unless it declares
// another: the plugin's name without "@", in lower case, with every run of
// other characters than a-z, 0-9 and "_" replaced by one "_", and none at the
// ends.
//
//	core                    public
//	@your-org/plugin-name   your_org_plugin_name
//
// Reserved names (public, information_schema, migrations, everything that starts
// with pg_), names that start with a digit and empty ones get the prefix
// "plugin_". A name of more than 63 bytes is cut after 54, and followed by "_"
// and eight hexadecimal digits of the plugin name's SHA-256. Two plugins with
// the same namespace are an error of Run.
func Namespace(plugin string) string { return desired.Namespace(plugin) }

// NamespaceOf returns the PostgreSQL schema of a schema owner: the one that its
// Schema or its tables declare, or else Namespace(Plugin). It returns an error if
// the declarations do not agree.
func NamespaceOf(u Unit) (string, error) { return desired.NamespaceOf(desired.Declaration(u)) }

// declarations converts the schema owners for package desired.
func declarations(units []Unit) []desired.Declaration {
	out := make([]desired.Declaration, 0, len(units))
	for _, u := range units {
		out = append(out, desired.Declaration(u))
	}
	return out
}
