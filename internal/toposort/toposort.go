// Package toposort puts plugins in order: each after those that it depends on.
//
//	ordered, err := toposort.Sort(plugins,
//		func(p *core.Plugin) string { return p.Name },
//		func(p *core.Plugin) ([]*core.Plugin, error) { return dependencies(p) })
//
// The runtime orders the plugins' Init with it, and the migration engine their
// tables.
package toposort

import (
	"fmt"
	"slices"
	"strings"
)

// Sort returns the nodes with each after its dependencies, and otherwise in the
// given order. name identifies a node; dependencies returns the nodes that it
// depends on. Sort returns an error of dependencies as it is, and an error that
// lists the names on a circle if there is one.
func Sort[T any](nodes []T, name func(T) string, dependencies func(T) ([]T, error)) ([]T, error) {
	s := sorter[T]{name: name, dependencies: dependencies, done: make(map[string]bool, len(nodes))}
	for _, node := range nodes {
		if err := s.visit(node); err != nil {
			return nil, err
		}
	}
	return s.sorted, nil
}

// sorter is a depth-first traversal.
type sorter[T any] struct {
	name         func(T) string
	dependencies func(T) ([]T, error)
	sorted       []T
	done         map[string]bool
	path         []string // from a node to the dependency being visited
}

func (s *sorter[T]) visit(node T) error {
	name := s.name(node)
	if s.done[name] {
		return nil
	}
	if at := slices.Index(s.path, name); at >= 0 {
		return fmt.Errorf("plugins depend on each other in a circle, %s: remove one of these dependencies",
			strings.Join(append(s.path[at:], name), " -> "))
	}
	s.path = append(s.path, name)
	dependencies, err := s.dependencies(node)
	if err != nil {
		return err
	}
	for _, dependency := range dependencies {
		if err := s.visit(dependency); err != nil {
			return err
		}
	}
	s.path = s.path[:len(s.path)-1]
	s.done[name] = true
	s.sorted = append(s.sorted, node)
	return nil
}
