package main

import (
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/core"
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

// collect gathers what all schemas declare, in the order of table, kind and
// name, whatever order the declarations came in.
func collect(g *gen.Graph) ([]core.SchemaExtra, error) {
	var out []core.SchemaExtra
	for _, n := range g.Nodes {
		extras, err := entpg.TableExtras(n.Table(), n.Annotations)
		if err != nil {
			return nil, err
		}
		out = append(out, extras...)
		for _, f := range n.Fields {
			extras, err := entpg.ColumnExtras(n.Table(), f.StorageKey(), f.Annotations)
			if err != nil {
				return nil, err
			}
			out = append(out, extras...)
		}
	}
	slices.SortStableFunc(out, func(a, b core.SchemaExtra) int {
		return strings.Compare(sortKey(a), sortKey(b))
	})
	return out, nil
}

func sortKey(x core.SchemaExtra) string {
	switch x := x.(type) {
	case *entpg.CompositeKey:
		return x.Table + "\x00" + "0"
	case *entpg.GeneratedColumn:
		return x.Table + "\x00" + "1" + x.Column
	case *entpg.Index:
		return x.Table + "\x00" + "2" + x.Name
	case *entpg.Reference:
		return x.Table + "\x00" + "3" + x.Column + "\x00" + x.RefTable
	default:
		return x.TableName() + "\x00" + "4" + fmt.Sprintf("%T", x)
	}
}
