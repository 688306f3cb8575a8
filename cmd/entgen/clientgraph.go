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

// clientGraph returns the graph that the client is generated from: a copy of g
// in which the readOnly types are views. ent generates queries alone for a view.
// In g, the graph of migrate/schema.go, the same types are tables, because
// foreign keys refer to them.
func clientGraph(g *gen.Graph, readOnly []*gen.Type) (*gen.Graph, error) {
	schemas := make([]*load.Schema, 0, len(g.Schemas))
	for _, s := range g.Schemas {
		c, err := copySchema(s)
		if err != nil {
			return nil, err
		}
		schemas = append(schemas, c)
	}
	client, err := gen.NewGraph(g.Config, schemas...)
	if err != nil {
		return nil, fmt.Errorf("build the client's graph: %w", err)
	}
	// A type becomes a view when it has its key: ent gives none to a view.
	for _, s := range schemas {
		s.View = s.View || slices.ContainsFunc(readOnly, func(n *gen.Type) bool { return n.Name == s.Name })
	}
	return client, nil
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

// generateBoth generates migrate/schema.go from the graph tables and every other
// file from the graph client. ent generates from one graph, and asks before
// each file of the graph whether to leave it out; that is where the one is put
// in the place of the other. The files of the types, which come first, are the
// client's.
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

// removeBuilders removes the files that an earlier generation left of types that
// were not read-only yet. ent removes those of types alone that are gone.
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
