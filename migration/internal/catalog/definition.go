package catalog

import "strings"

// ConstraintType returns the keyword that a constraint's definition begins
// with.
func ConstraintType(def string) string {
	for _, t := range []string{"PRIMARY KEY", "FOREIGN KEY", "CHECK", "UNIQUE", "EXCLUDE"} {
		if strings.HasPrefix(def, t) {
			return t
		}
	}
	return ""
}

// RelationKind returns pg_class's relkind and relpersistence in words.
func RelationKind(def string) string {
	kinds := map[byte]string{
		'r': "table", 'p': "partitioned table", 'v': "view", 'm': "materialized view",
		'f': "foreign table", 'S': "sequence", 'i': "index", 'I': "index", 'c': "type",
	}
	if len(def) != 2 {
		return def
	}
	if def[1] == 'u' {
		return "unlogged " + kinds[def[0]]
	}
	return kinds[def[0]]
}

// IsToastOption reports whether a storage parameter belongs to the toast table.
func IsToastOption(k Key) bool {
	return k.Kind == Option && strings.HasPrefix(k.Name, "toast.")
}
