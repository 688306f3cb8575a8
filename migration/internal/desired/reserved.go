package desired

import "strings"

// historyNamespace is the schema with the history. elizaOS keeps its own tables
// there, whose names start with an underscore.
const historyNamespace = "migrations"

// ShadowPrefix starts the names of the namespaces that the desired state is
// built in. They exist inside one transaction only. A number follows, not the
// real name, since 63 bytes are all there is.
const ShadowPrefix = "zz_elizago_"

// reserved says whether a namespace belongs to PostgreSQL or to this package.
func reserved(name string) bool {
	switch name {
	case "public", "information_schema", historyNamespace:
		return true
	}
	return strings.HasPrefix(name, "pg_") || name == "pg" || strings.HasPrefix(name, ShadowPrefix)
}
