package catalog

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

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

var fullPrecision = regexp.MustCompile(`\b(timestamp|time|interval(?: [a-z ]+)?)\(6\)`)

// withoutFullPrecision returns types without the precision of six digits, which is
// the default of the types of times: with it or without, they hold the same.
func withoutFullPrecision(types string) string { return fullPrecision.ReplaceAllString(types, "$1") }

// InNamespace reports whether an object's name is unique in its namespace: that of
// a relation or a type, or of a constraint that has an index.
func InNamespace(o Object) bool {
	switch o.Kind {
	case Table, Index, View, Enum:
		return true
	case Constraint:
		t := ConstraintType(o.Def)
		return t == "PRIMARY KEY" || t == "UNIQUE" || t == "EXCLUDE"
	default:
		return false
	}
}

// Cut returns text truncated to n bytes at a character boundary, as PostgreSQL
// truncates names.
func Cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
