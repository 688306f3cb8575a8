package desired

import "strings"

// historyNamespace is the schema of the history tables. elizaOS has tables of
// its own there, whose names start with an underscore.
const historyNamespace = "migrations"

// ShadowPrefix is the name prefix of shadow namespaces, in which the desired
// state is built. They exist inside one transaction only. A number follows
// rather than the real name, because of the limit of 63 bytes.
const ShadowPrefix = "zz_elizago_"

// reserved reports whether a namespace belongs to PostgreSQL or to this
// package.
func reserved(name string) bool {
	switch name {
	case "public", "information_schema", historyNamespace:
		return true
	}
	return strings.HasPrefix(name, "pg_") || name == "pg" || strings.HasPrefix(name, ShadowPrefix)
}
