package main

import (
	"fmt"

	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/migration/entpg"
)

// compose stands between ent's graph and its templates: it checks what the
// engine relies on, gives types their composite keys, and writes the extras
// after the client.
func compose(next gen.Generator) gen.Generator {
	return gen.GenerateFunc(func(g *gen.Graph) error {
		namespace, err := onlyNamespace(g)
		if err != nil {
			return err
		}
		extras, err := collect(g)
		if err != nil {
			return err
		}
		for _, x := range extras {
			if key, ok := x.(*entpg.CompositeKey); ok {
				if err := setCompositeKey(g, key); err != nil {
					return err
				}
			}
		}
		if err := next.Generate(g); err != nil {
			return err
		}
		return writeExtras(g.Target, namespace, extras)
	})
}

// onlyNamespace is the one namespace of all schemas. A schema without one is
// refused: its queries would go wherever search_path points.
func onlyNamespace(g *gen.Graph) (string, error) {
	var namespace, of string
	for _, n := range g.Nodes {
		name, err := n.TableSchema()
		if err != nil {
			return "", fmt.Errorf("schema %s names no namespace: add entpg.Namespace(\"...\") to its Annotations", n.Name)
		}
		if of == "" {
			namespace, of = name, n.Name
		}
		if name != namespace {
			return "", fmt.Errorf("schema %s is in namespace %q, but %s is in %q: a plugin owns one namespace", n.Name, name, of, namespace)
		}
	}
	return namespace, nil
}
