package main

import (
	"fmt"

	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/migration/entpg"
)

// setCompositeKey sets a primary key of several fields. ent supports them for
// edge schemas only; a type is one if its EdgeSchema is set, and nothing after
// the graph's construction checks more than that. The primary key in the table
// description that ent then writes lacks the fields that are no edge fields, so
// the key is also an annotation.
func setCompositeKey(g *gen.Graph, key *entpg.CompositeKey) error {
	for _, n := range g.Nodes {
		if n.Table() != key.Table {
			continue
		}
		if n.ID != nil && n.ID.UserDefined {
			return fmt.Errorf("schema %s has both a field \"id\" and entpg.PrimaryKey: leave one out", n.Name)
		}
		if n.IsEdgeSchema() {
			return fmt.Errorf("schema %s is an edge schema: use field.ID instead of entpg.PrimaryKey", n.Name)
		}
		var fields []*gen.Field
		for _, column := range key.Columns {
			var found *gen.Field
			for _, f := range n.Fields {
				if f.StorageKey() == column {
					found = f
				}
			}
			switch {
			case found == nil:
				return fmt.Errorf("entpg.PrimaryKey of schema %s names column %q, which the schema does not have", n.Name, column)
			case !found.Immutable || found.Optional:
				return fmt.Errorf("field %s of schema %s is in its primary key: make it Immutable and not Optional", found.Name, n.Name)
			}
			fields = append(fields, found)
		}
		n.ID = nil
		n.EdgeSchema.ID = fields
		n.EdgeSchema.To = &gen.Edge{Name: "key", Owner: n, Type: n}
	}
	return nil
}
