package entpg

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// maxName is the maximum length of a name in PostgreSQL, in bytes. It truncates
// longer names with a notice, and they are not found again under the full name.
const maxName = 63

// bare matches a name that needs no quotes, and parameter the name of a storage
// parameter, which may have the prefix of an extension or "toast".
var (
	bare      = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	parameter = regexp.MustCompile(`^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$`)
)

// checkName rejects a name that is empty or too long. kind is the kind of
// object, with its article.
func checkName(table, kind, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("entpg: table %q: %s has no Name: give it one", table, kind)
	case len(name) > maxName:
		return fmt.Errorf("entpg: table %q: the name of %s, %q, has %d bytes and PostgreSQL keeps %d: give it a shorter one",
			table, kind, name, len(name), maxName)
	}
	return nil
}

// checkColumns rejects empty and duplicate names in a list of columns.
func checkColumns(table, of string, columns []string) error {
	for i, c := range columns {
		switch {
		case c == "":
			return fmt.Errorf("entpg: table %q: column %d of %s has no name: give it one", table, i+1, of)
		case slices.Contains(columns[:i], c):
			return fmt.Errorf("entpg: table %q: %s names column %q twice: leave one out", table, of, c)
		}
	}
	return nil
}

// checkParameters rejects parameters without a value and invalid names.
func checkParameters(table, of string, with map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(with)) {
		switch value := with[name]; {
		case !parameter.MatchString(name):
			return fmt.Errorf("entpg: table %q: %s has the storage parameter %q, which is no parameter's name: use its name in lower case", table, of, name)
		case value == "":
			return fmt.Errorf("entpg: table %q: the storage parameter %s of %s has no value: give it one", table, name, of)
		}
	}
	return nil
}

// checkDeferral rejects an unknown deferral.
func checkDeferral(table, of string, d Deferral) error {
	if d == "" || d == Deferrable || d == InitiallyDeferred {
		return nil
	}
	return fmt.Errorf("entpg: table %q: %s has the unknown deferral %q: use Deferrable or InitiallyDeferred", table, of, d)
}
