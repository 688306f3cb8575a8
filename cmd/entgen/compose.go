package main

import (
	"errors"
	"fmt"

	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/migration/entpg"
)

// compose stands between ent's graph and its templates: it checks what the
// engine relies on, gives types their composite keys, makes stand-ins
// read-only, and writes the extras after the client.
func compose(next gen.Generator) gen.Generator {
	return gen.GenerateFunc(func(g *gen.Graph) error {
		owned, standIns, err := divide(g)
		if err != nil {
			return err
		}
		namespace, err := onlyNamespace(owned)
		if err != nil {
			return err
		}
		if err := checkStandIns(g, namespace, owned, standIns); err != nil {
			return err
		}
		if err := checkPlaces(g); err != nil {
			return err
		}
		extras, err := collect(g)
		if err != nil {
			return err
		}
		client, err := clientGraph(g, standIns)
		if err != nil {
			return err
		}
		for _, x := range extras {
			if key, ok := x.(*entpg.CompositeKey); ok {
				for _, g := range []*gen.Graph{g, client} {
					if err := setCompositeKey(g, key); err != nil {
						return err
					}
				}
			}
		}
		if err := check(g, standIns, extras); err != nil {
			return err
		}
		escape(g)
		if err := generateBoth(next, client, g); err != nil {
			return err
		}
		if err := removeBuilders(client); err != nil {
			return err
		}
		if err := disown(g, standIns); err != nil {
			return err
		}
		return writeExtras(g.Target, namespace, extras, standIns)
	})
}

// divide separates the plugin's own types from the stand-ins for tables of
// others.
func divide(g *gen.Graph) (owned, standIns []*gen.Type, err error) {
	for _, n := range g.Nodes {
		is, err := entpg.IsStandIn(n.Annotations)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("schema %s: %w", n.Name, err)
		case is:
			standIns = append(standIns, n)
		default:
			owned = append(owned, n)
		}
	}
	if len(owned) == 0 {
		return nil, nil, errors.New("there are stand-ins only: add the plugin's own schemas, or use the client of the tables' owner")
	}
	return owned, standIns, nil
}

// onlyNamespace is the one namespace of all types that the plugin owns. One
// without is refused: its queries would go wherever search_path points.
func onlyNamespace(owned []*gen.Type) (string, error) {
	var namespace, of string
	for _, n := range owned {
		name, err := n.TableSchema()
		if err != nil {
			return "", fmt.Errorf("schema %s names no namespace: add entpg.Namespace(\"...\") to its Annotations", n.Name)
		}
		if of == "" {
			namespace, of = name, n.Name
		}
		if name != namespace {
			return "", fmt.Errorf("schema %s is in namespace %q, but %s is in %q: a plugin owns one namespace; a table of another is declared with entpg.StandIn", n.Name, name, of, namespace)
		}
	}
	return namespace, nil
}
