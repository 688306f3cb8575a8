package entpg

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// maxName is how many bytes of a name PostgreSQL keeps. It cuts the rest with a
// notice only, and what was cut is never found again.
const maxName = 63

// bare is a name that needs no quotes, and parameter the name of a storage
// parameter, which may begin with that of an extension or with "toast".
var (
	bare      = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	parameter = regexp.MustCompile(`^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$`)
)

// checkName refuses a name that is missing or too long. kind says what has the
// name, with its article.
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

// checkColumns refuses an empty name and a repetition in a list of columns.
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

// checkParameters refuses parameters without a value, and names that no
// parameter has.
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

// checkDeferral refuses a deferral that PostgreSQL does not know.
func checkDeferral(table, of string, d Deferral) error {
	if d == "" || d == Deferrable || d == InitiallyDeferred {
		return nil
	}
	return fmt.Errorf("entpg: table %q: %s has the unknown deferral %q: use Deferrable or InitiallyDeferred", table, of, d)
}
