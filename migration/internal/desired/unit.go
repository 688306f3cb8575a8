package desired

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/toposort"
)

// Declaration is the declaration of one schema owner; see migration.Unit.
type Declaration struct {
	Plugin    string
	Schema    core.Schema
	DependsOn []string
}

// resolved is a declaration with its namespace.
type resolved struct {
	Declaration
	Namespace string
}

// resolve determines the namespaces and sorts the declarations: core first,
// then every schema owner after those that it depends on, otherwise by name.
func resolve(units []Declaration) ([]resolved, error) {
	out := make([]resolved, 0, len(units))
	byPlugin := make(map[string]int, len(units))
	byNamespace := make(map[string]string, len(units))
	for _, u := range units {
		if u.Plugin == "" {
			return nil, fmt.Errorf("migration: a schema owner has no plugin name: set Unit.Plugin")
		}
		if _, ok := byPlugin[u.Plugin]; ok {
			return nil, fmt.Errorf("migration: plugin %q is there twice: register it once", u.Plugin)
		}
		if err := checkNils(u); err != nil {
			return nil, err
		}
		namespace, err := NamespaceOf(u)
		if err != nil {
			return nil, err
		}
		// A schema owner without tables claims no namespace.
		if other, ok := byNamespace[namespace]; ok && len(u.Schema.Tables) > 0 {
			return nil, fmt.Errorf("migration: plugins %q and %q both claim namespace %q: give one of them another core.Schema.Namespace",
				other, u.Plugin, namespace)
		}
		if len(u.Schema.Tables) > 0 {
			byNamespace[namespace] = u.Plugin
		}
		byPlugin[u.Plugin] = len(out)
		out = append(out, resolved{Declaration: u, Namespace: namespace})
	}
	return order(out, byPlugin)
}

// order sorts the declarations by dependency.
func order(units []resolved, byPlugin map[string]int) ([]resolved, error) {
	isCore := func(u resolved) bool { return u.Namespace == "public" && len(u.Schema.Tables) > 0 || u.Plugin == Core }
	pending := slices.Clone(units)
	slices.SortFunc(pending, func(a, b resolved) int {
		if ac, bc := isCore(a), isCore(b); ac != bc {
			if ac {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Plugin, b.Plugin)
	})
	sorted, err := toposort.Sort(pending,
		func(u resolved) string { return u.Plugin },
		func(u resolved) ([]resolved, error) { return dependencies(units, byPlugin, u) })
	if err != nil {
		return nil, fmt.Errorf("migration: %w", err)
	}
	return sorted, nil
}

// dependencies returns the schema owners that u depends on, by name. Core need
// not be among them.
func dependencies(units []resolved, byPlugin map[string]int, u resolved) ([]resolved, error) {
	var found []resolved
	for _, name := range slices.Sorted(slices.Values(u.DependsOn)) {
		i, ok := byPlugin[name]
		switch {
		case ok:
			found = append(found, units[i])
		case name != Core:
			return nil, fmt.Errorf("plugin %q depends on %q, which is not there: install it, or take it out of the dependencies",
				u.Plugin, name)
		}
	}
	return found, nil
}

// reaches reports whether a schema owner may refer to tables of another:
// itself, core, and its direct and indirect dependencies.
func reaches(units []resolved, from, to string) bool {
	seen := map[string]bool{}
	var walk func(name string) bool
	walk = func(name string) bool {
		if name == to {
			return true
		}
		if seen[name] {
			return false
		}
		seen[name] = true
		for _, u := range units {
			if u.Plugin == name {
				return slices.ContainsFunc(u.DependsOn, walk)
			}
		}
		return false
	}
	for _, u := range units {
		if u.Plugin == to && u.Namespace == "public" {
			return true
		}
	}
	return walk(from)
}
