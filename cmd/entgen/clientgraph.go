package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"entgo.io/ent/entc/gen"
	"entgo.io/ent/entc/load"
)

// clientGraph returns the graph that the client is generated from, a copy of g,
// which is the graph of migrate/schema.go. A type with queries alone is a view
// in it, for which ent generates no builder; in g it is a table, because foreign
// keys refer to it. A type without a client is not in it, nor are the edges to
// that type.
func clientGraph(g *gen.Graph, s sorted) (*gen.Graph, error) {
	in := func(types []*gen.Type, name string) bool {
		return slices.ContainsFunc(types, func(n *gen.Type) bool { return n.Name == name })
	}
	var schemas []*load.Schema
	for _, original := range g.Schemas {
		if in(s.tableOnly, original.Name) {
			continue
		}
		c, err := copySchema(original)
		if err != nil {
			return nil, err
		}
		c.Edges = slices.DeleteFunc(c.Edges, func(e *load.Edge) bool { return in(s.tableOnly, e.Type) })
		c.Indexes = nil // of the tables alone; one may be of such an edge
		schemas = append(schemas, c)
	}
	client, err := gen.NewGraph(g.Config, schemas...)
	if err != nil {
		return nil, fmt.Errorf("build the client's graph: %w", err)
	}
	// A type becomes a view after its key is set: ent sets no key on a view.
	for _, c := range schemas {
		c.View = c.View || in(s.queried(), c.Name)
	}
	client.Nodes = lastWritten(client.Nodes)
	return client, nil
}

// lastWritten returns the types with the last that is no view at the end. ent
// puts a comma after the field of every other in a struct of the client.
func lastWritten(types []*gen.Type) []*gen.Type {
	for i, n := range slices.Backward(types) {
		if !n.IsView() {
			return append(slices.Delete(types, i, i+1), n)
		}
	}
	return types
}

// copySchema returns a deep copy of a schema.
func copySchema(s *load.Schema) (*load.Schema, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("copy schema %s: %w", s.Name, err)
	}
	c, err := load.UnmarshalSchema(text)
	if err != nil {
		return nil, fmt.Errorf("copy schema %s: %w", s.Name, err)
	}
	c.Pos = s.Pos
	return c, nil
}

// generateBoth generates migrate/schema.go from the graph tables and every
// other file from the graph client. ent generates from one graph, and calls a
// hook before each file of the graph to skip it; the hook swaps the graphs. The
// files of the types, which come first, are the client's.
func generateBoth(next gen.Generator, client, tables *gen.Graph) error {
	files := gen.GraphTemplates
	defer func() { gen.GraphTemplates = files }()
	current := *client
	gen.GraphTemplates = slices.Clone(files)
	for i := range gen.GraphTemplates {
		file := &gen.GraphTemplates[i]
		skip := file.Skip
		file.Skip = func(g *gen.Graph) bool {
			if current = *client; file.Name == "schema" {
				current = *tables
			}
			return skip != nil && skip(g)
		}
	}
	return next.Generate(&current)
}

// removeBuilders removes files of types that were not read-only in an earlier
// generation. ent removes only files of types that no longer exist.
func removeBuilders(client *gen.Graph) error {
	for _, n := range client.Nodes {
		for _, file := range gen.Templates {
			if file.Cond == nil || file.Cond(n) {
				continue
			}
			if err := os.Remove(filepath.Join(client.Target, file.Format(n))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove the builders of %s: %w", n.Name, err)
			}
		}
	}
	return nil
}
