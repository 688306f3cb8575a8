package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/toposort"
)

// Order returns the plugins sorted by name, dependencies first. The result does
// not depend on the order of the argument, which fx's value groups leave open.
// It returns an error if a plugin has no name, if two have the same, if a
// dependency is not among them, and if they depend on each other in a circle.
func Order(plugins []*core.Plugin) ([]*core.Plugin, error) {
	sorted := slices.Clone(plugins)
	for i, plugin := range sorted {
		if plugin == nil || plugin.Name == "" {
			return nil, fmt.Errorf("runtime: plugin %d of %d has no name: set core.Plugin.Name", i+1, len(sorted))
		}
	}
	slices.SortFunc(sorted, func(a, b *core.Plugin) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Name == sorted[i-1].Name {
			return nil, fmt.Errorf("runtime: plugin %q is there twice: keep one of its modules in main.go", sorted[i].Name)
		}
	}

	ordered, err := toposort.Sort(sorted,
		func(p *core.Plugin) string { return p.Name },
		func(p *core.Plugin) ([]*core.Plugin, error) { return dependencies(sorted, p) })
	if err != nil {
		return nil, fmt.Errorf("runtime: %w", err)
	}
	return ordered, nil
}

// dependencies returns the plugins that one depends on.
func dependencies(plugins []*core.Plugin, plugin *core.Plugin) ([]*core.Plugin, error) {
	var found []*core.Plugin
	for _, name := range plugin.Dependencies {
		at := slices.IndexFunc(plugins, func(p *core.Plugin) bool { return samePlugin(p.Name, name) })
		if at < 0 {
			return nil, fmt.Errorf("plugin %q needs plugin %q, which this program does not contain: add its module in main.go",
				plugin.Name, name)
		}
		found = append(found, plugins[at])
	}
	return found, nil
}

// samePlugin reports whether two names mean the same plugin, as elizaOS does:
// "@elizaos/plugin-sql", "@elizago/sql" and "sql" do; names with two other
// scopes do not.
func samePlugin(a, b string) bool {
	scopeA, nameA := splitName(a)
	scopeB, nameB := splitName(b)
	return nameA == nameB && (scopeA == scopeB || scopeA == "" || scopeB == "")
}

func splitName(name string) (scope, rest string) {
	if strings.HasPrefix(name, "@") {
		if before, after, ok := strings.Cut(name, "/"); ok {
			scope, name = before, after
		}
	}
	if scope == "@elizaos" {
		scope = "@elizago" // so that elizaOS's character files name our plugins
	}
	return scope, strings.TrimPrefix(name, "plugin-")
}

// Adapter returns the adapter of the one plugin that has one, and an error if
// none or several have one.
func Adapter(plugins []*core.Plugin) (core.Adapter, error) {
	var with []*core.Plugin
	for _, plugin := range plugins {
		if plugin.Adapter != nil {
			with = append(with, plugin)
		}
	}
	switch len(with) {
	case 0:
		return nil, errors.New("runtime: no plugin brings a database adapter: add plugins/sql in main.go")
	case 1:
		return with[0].Adapter, nil
	}
	var found []string
	for _, plugin := range with {
		found = append(found, fmt.Sprintf("%s (plugin %s)", plugin.Adapter.Name(), plugin.Name))
	}
	return nil, fmt.Errorf("runtime: %d database adapters in one program, %s: keep one of these plugins in main.go",
		len(with), strings.Join(found, " and "))
}
