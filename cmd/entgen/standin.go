package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"entgo.io/ent/entc/gen"
)

// checkStandIns rejects stand-ins that could not be read-only, or would claim
// their table.
func checkStandIns(g *gen.Graph, namespace string, owned, standIns []*gen.Type) error {
	for _, n := range standIns {
		of, err := n.TableSchema()
		switch {
		case err != nil || n.Table() == "":
			return fmt.Errorf("schema %s stands for a table that it does not name: use entpg.StandIn(namespace, table)", n.Name)
		case of == namespace:
			return fmt.Errorf("schema %s stands for a table of namespace %q, which is the plugin's own: name the owner's namespace, or leave entpg.StandIn out", n.Name, of)
		case n.HasOneFieldID() && !n.ID.UserDefined:
			return fmt.Errorf("schema %s stands for %s.%s and does not say what its key is: declare the field \"id\", for example entpg.ID()", n.Name, of, n.Table())
		case len(n.Indexes) > 0:
			return fmt.Errorf("schema %s stands for %s.%s and declares indexes: leave them to the table's owner", n.Name, of, n.Table())
		}
		for _, o := range owned {
			if o.Table() == n.Table() {
				return fmt.Errorf("schemas %s and %s both have a table %q, which one ent client cannot hold: rename the plugin's own with entsql.Table", o.Name, n.Name, o.Table())
			}
		}
	}
	for _, n := range g.Nodes {
		for _, e := range n.Edges {
			if e.IsInverse() {
				continue
			}
			from, to := slices.Contains(standIns, n), slices.Contains(standIns, e.Type)
			switch {
			case !from && !to || e.Through != nil || e.Ref != nil && e.Ref.Through != nil:
			case e.M2M() && from:
				return fmt.Errorf("edge %s.%s would make a table for a stand-in: declare edge.To in %s and edge.From in %s", n.Name, e.Name, e.Type.Name, n.Name)
			case !e.M2M() && from != to && slices.ContainsFunc(standIns, func(s *gen.Type) bool { return s.Table() == e.Rel.Table }):
				return fmt.Errorf("edge %s.%s would put a column into table %q, which another schema owner has: turn the edge around, or make it Unique", n.Name, e.Name, e.Rel.Table)
			}
		}
	}
	return nil
}

// disown removes the stand-ins' tables from the list of all tables in
// migrate/schema.go.
func disown(g *gen.Graph, standIns []*gen.Type) error {
	if len(standIns) == 0 {
		return nil
	}
	name := filepath.Join(g.Target, "migrate", "schema.go")
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read migrate/schema.go: %w", err)
	}
	for _, n := range standIns {
		entry := []byte("\n\t\t" + tableVar(n) + ",\n")
		if bytes.Count(text, entry) != 1 {
			return fmt.Errorf("migrate/schema.go does not list %s once: this version of ent is not the one that entgen knows", tableVar(n))
		}
		text = bytes.Replace(text, entry, []byte("\n"), 1)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil { //nolint:gosec // source code, not secret
		return fmt.Errorf("write migrate/schema.go: %w", err)
	}
	return nil
}

// tableVar returns the name of the variable in migrate/schema.go that describes
// the table.
func tableVar(n *gen.Type) string {
	return gen.Funcs["pascal"].(func(string) string)(n.Table()) + "Table"
}
