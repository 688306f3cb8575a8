package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/migration/entpg"
)

// compose stands between ent's graph and its templates: it checks what the
// engine relies on, gives types their composite keys, generates as much of a
// client as each type has, and writes the annotations after the client.
func compose(next gen.Generator) gen.Generator {
	return gen.GenerateFunc(func(g *gen.Graph) error {
		s, err := sortTypes(g)
		if err != nil {
			return err
		}
		namespace, err := onlyNamespace(s.owned)
		if err != nil {
			return err
		}
		if err := checkStandIns(g, namespace, s.owned, s.standIns); err != nil {
			return err
		}
		if err := checkPlaces(g); err != nil {
			return err
		}
		if err := checkReadOnly(s); err != nil {
			return err
		}
		annotations, err := collect(g)
		if err != nil {
			return err
		}
		client, err := clientGraph(g, s)
		if err != nil {
			return err
		}
		for _, x := range annotations {
			if key, ok := x.(*entpg.CompositeKey); ok {
				for _, g := range []*gen.Graph{g, client} {
					if err := setCompositeKey(g, key); err != nil {
						return err
					}
				}
			}
		}
		if err := check(g, s.standIns, annotations); err != nil {
			return err
		}
		escape(g)
		if err := generateBoth(next, client, g); err != nil {
			return err
		}
		if err := removeBuilders(client); err != nil {
			return err
		}
		if err := disown(g, s.standIns); err != nil {
			return err
		}
		return writeAnnotations(g.Target, namespace, annotations, s.standIns)
	})
}

// sorted are a graph's types by whose table it is, and by how much of a client
// is generated.
type sorted struct {
	// owned are the plugin's own tables, standIns those of others.
	owned, standIns []*gen.Type

	// Of owned, those with queries alone, and those with no client.
	readOnly, tableOnly []*gen.Type
}

// queried returns the types with queries alone.
func (s sorted) queried() []*gen.Type { return slices.Concat(s.standIns, s.readOnly) }

// sortTypes sorts the types by their annotations.
func sortTypes(g *gen.Graph) (sorted, error) {
	var s sorted
	for _, n := range g.Nodes {
		standIn, err1 := entpg.IsStandIn(n.Annotations)
		readOnly, err2 := entpg.IsReadOnly(n.Annotations)
		tableOnly, err3 := entpg.IsTableOnly(n.Annotations)
		if err := cmp.Or(err1, err2, err3); err != nil {
			return sorted{}, fmt.Errorf("schema %s: %w", n.Name, err)
		}
		if standIn {
			s.standIns = append(s.standIns, n)
			continue
		}
		s.owned = append(s.owned, n)
		if readOnly {
			s.readOnly = append(s.readOnly, n)
		}
		if tableOnly {
			s.tableOnly = append(s.tableOnly, n)
		}
	}
	if len(s.owned) == 0 {
		return sorted{}, errors.New("there are stand-ins only: add the plugin's own schemas, or use the client of the tables' owner")
	}
	if len(s.tableOnly) == len(g.Nodes) {
		return sorted{}, errors.New("all schemas are entpg.TableOnly, and ent generates no client without types: leave it out in one, entpg.ReadOnly has the smallest client")
	}
	return s, nil
}

// onlyNamespace returns the single namespace of the plugin's own types. A type
// without one is an error: its queries would depend on search_path.
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
