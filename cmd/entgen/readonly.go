package main

import (
	"fmt"
	"slices"
)

// checkReadOnly refuses types that have less than a whole client where the rest
// of the client would need it.
func checkReadOnly(s sorted) error {
	for _, n := range slices.Concat(s.readOnly, s.tableOnly) {
		if n.IsEdgeSchema() {
			return fmt.Errorf("schema %s is the edge schema of a Through, whose rows the client creates: leave entpg.ReadOnly and entpg.TableOnly out", n.Name)
		}
	}
	for _, n := range s.owned {
		if slices.Contains(s.readOnly, n) || slices.Contains(s.tableOnly, n) {
			continue
		}
		for _, e := range n.Edges {
			switch {
			case slices.Contains(s.tableOnly, e.Type) && e.OwnFK() && !e.Optional && e.Field() == nil:
				return fmt.Errorf("edge %s.%s is Required and to %s, which is entpg.TableOnly, so that the client could not set it: bind it to a field with Field", n.Name, e.Name, e.Type.Name)
			case slices.Contains(s.readOnly, e.Type) && !e.M2M() && !e.OwnFK():
				return fmt.Errorf("edge %s.%s would let the client write a column of table %q, which is entpg.ReadOnly: declare the edge in %s alone, with edge.To and Unique", n.Name, e.Name, e.Type.Table(), e.Type.Name)
			}
		}
	}
	return nil
}
