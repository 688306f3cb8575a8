package desired

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
)

// checkHints rejects hints of renamings that lead back to where they began:
// whether the names were already exchanged cannot be seen in the database. It
// also rejects two tables with one old name.
func checkHints(u resolved, s *schema.Schema) error {
	tables := make(map[string][]string)
	claims := make(map[string]string)
	for _, t := range s.Tables {
		x := AnnotationsOf(t)
		if cycle := cycleOf(x.Columns); cycle != "" {
			return fmt.Errorf("migration: table %s.%s of plugin %q: the columns %s are declared to be renamed from each other, and whether that was done cannot be seen in the database: move the values with a core.DataMigration, and leave the hints out",
				u.Namespace, t.Name, u.Plugin, cycle)
		}
		for _, from := range x.RenamedFrom {
			if other, ok := claims[from]; ok {
				return fmt.Errorf("migration: tables %q and %q of plugin %q both claim to have been %q: only one can", other, t.Name, u.Plugin, from)
			}
			claims[from] = t.Name
		}
		tables[t.Name] = x.RenamedFrom
	}
	if err := checkValueHints(u, s); err != nil {
		return err
	}
	if cycle := cycleOf(tables); cycle != "" {
		return fmt.Errorf("migration: the tables %s of plugin %q are declared to be renamed from each other, and whether that was done cannot be seen in the database: rename them by hand, and leave the hints out",
			cycle, u.Plugin)
	}
	return nil
}

// checkValueHints rejects hints of renamed values that the type does not have, or
// that lead back to where they began.
func checkValueHints(u resolved, s *schema.Schema) error {
	old := make(map[*schema.EnumType]map[string][]string)
	for _, t := range s.Tables {
		for _, hint := range AnnotationsOf(t).Values {
			c, _ := t.Column(hint.Column)
			enum, ok := c.Type.Type.(*schema.EnumType)
			switch {
			case !ok:
				return fmt.Errorf("migration: table %s.%s of plugin %q: column %q has a hint of a renamed value and no enumeration type: leave the hint out",
					u.Namespace, t.Name, u.Plugin, hint.Column)
			case !slices.Contains(enum.Values, hint.To):
				return fmt.Errorf("migration: table %s.%s of plugin %q: column %q has a hint of a value that was renamed to %q, which the type %q does not have: correct the name",
					u.Namespace, t.Name, u.Plugin, hint.Column, hint.To, enum.T)
			}
			if old[enum] == nil {
				old[enum] = make(map[string][]string)
			}
			old[enum][hint.To] = append(old[enum][hint.To], hint.From)
			if cycle := cycleOf(old[enum]); cycle != "" {
				return fmt.Errorf("migration: table %s.%s of plugin %q: the values %s of the type %q are declared to be renamed from each other, and whether that was done cannot be seen in the database: exchange them with a core.DataMigration, and leave the hints out",
					u.Namespace, t.Name, u.Plugin, cycle, enum.T)
			}
		}
	}
	return nil
}

// cycleOf returns names that were all renamed from each other, such as
// "a and b", or "". old maps a name to its old ones.
func cycleOf(old map[string][]string) string {
	for _, start := range slices.Sorted(maps.Keys(old)) {
		if path := pathBack(old, start, start, nil); path != nil {
			slices.Sort(path)
			last := len(path) - 1
			return strings.Join(path[:last], ", ") + " and " + path[last]
		}
	}
	return ""
}

// pathBack returns the names from one to another by old names, at least two; nil
// if there is no such path.
func pathBack(old map[string][]string, from, to string, path []string) []string {
	if slices.Contains(path, from) {
		return nil
	}
	path = append(path, from)
	for _, next := range old[from] {
		if next == to && len(path) > 1 {
			return path
		}
		if next != to {
			if found := pathBack(old, next, to, path); found != nil {
				return found
			}
		}
	}
	return nil
}
