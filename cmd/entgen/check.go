package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// checkPlaces rejects annotations of entpg where they have no effect, and
// schemas that make ent panic.
func checkPlaces(g *gen.Graph) error {
	for _, n := range g.Nodes {
		if a := n.EntSQL(); a != nil && a.Skip && len(n.Edges) > 0 {
			return fmt.Errorf("schema %s has entsql.Skip and edges, which ent cannot describe: use entpg.StandIn", n.Name)
		}
		for _, e := range n.Edges {
			if entpg.Declares(e.Annotations) {
				return fmt.Errorf("edge %s.%s has an annotation of entpg: put it on the field that the edge is bound to with Field", n.Name, e.Name)
			}
			if a := e.EntSQL(); a != nil && a.OnDelete != "" && e.IsInverse() {
				return fmt.Errorf("edge %s.%s is an edge.From and has entsql.OnDelete, which ent reads of edge.To alone: put it on edge %s.%s", n.Name, e.Name, e.Type.Name, e.Inverse)
			}
		}
		for _, i := range n.Indexes {
			if entpg.Declares(i.Annotations) {
				return fmt.Errorf("index %q of schema %s has an annotation of entpg: put it into the schema's Annotations", i.Name, n.Name)
			}
		}
	}
	return nil
}

// names are the named objects of a table.
type names struct {
	columns []string
	// relations are the indexes, whose names are unique in the namespace, with
	// those of tables; names of constraints are unique in the table.
	relations, constraints []string
}

// check validates the annotations against the tables: the columns exist, names are
// unique, and renamed objects and those built online exist.
func check(g *gen.Graph, standIns []*gen.Type, annotations []core.SchemaAnnotation) error {
	described, err := g.Tables()
	if err != nil {
		return fmt.Errorf("describe the tables: %w", err)
	}
	tables := make(map[string]*names)
	relations := make(map[string]string) // name to owner
	for _, t := range described {
		if slices.ContainsFunc(standIns, func(n *gen.Type) bool { return n.Table() == t.Name }) {
			continue
		}
		tables[t.Name] = namesOf(t)
		relations[t.Name] = fmt.Sprintf("table %q", t.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		for _, index := range tables[name].relations {
			if err := take(relations, index, fmt.Sprintf("an index of table %q", name)); err != nil {
				return err
			}
		}
	}
	types := make(map[string]*entpg.EnumType)
	for _, x := range annotations {
		t := tables[x.TableName()]
		for _, c := range columnsOf(x) {
			if !slices.Contains(t.columns, c) {
				return fmt.Errorf("the %s of table %q names column %q, which the table does not have: it has %s", kind(x), x.TableName(), c, strings.Join(t.columns, ", "))
			}
		}
		switch x := x.(type) {
		case *entpg.Index:
			err = take(relations, x.Name, fmt.Sprintf("an index of table %q", x.Table))
			t.relations = append(t.relations, x.Name)
		case *entpg.UniqueKey:
			err = take(relations, x.Name, fmt.Sprintf("a unique key of table %q", x.Table))
			t.relations = append(t.relations, x.Name)
		case *entpg.Exclusion:
			err = take(relations, x.Name, fmt.Sprintf("an exclusion of table %q", x.Table))
			t.relations = append(t.relations, x.Name)
		case *entpg.Reference:
			err = t.constrain(x.Table, x.ConstraintName())
		case *entpg.EnumType:
			if other, ok := types[x.Name]; ok && !slices.Equal(other.Values, x.Values) {
				err = fmt.Errorf("columns %s.%s and %s.%s share the type %q with different values: declare the same values, or name the types differently",
					other.Table, other.Column, x.Table, x.Column, x.Name)
			}
			types[x.Name] = x
			if _, ok := tables[x.Name]; ok {
				err = fmt.Errorf("the type %q of column %s.%s has the name of a table, which is a type, too: name it differently", x.Name, x.Table, x.Column)
			}
		case *entpg.Renamed:
			if x.Column == "" && tables[x.From] != nil {
				err = fmt.Errorf("table %q is declared to be renamed from %q, which is a table of the plugin still: leave one out", x.Table, x.From)
			}
			if x.Column != "" && slices.Contains(t.columns, x.From) {
				err = fmt.Errorf("column %s.%s is declared to be renamed from %q, which the table still has: leave one out", x.Table, x.Column, x.From)
			}
		case *entpg.OnlineObjects:
			// Sorted last, so that all names are known.
			known := slices.Concat(t.relations, t.constraints)
			for _, name := range x.Names {
				if !slices.Contains(known, name) {
					return fmt.Errorf("entpg.Online of table %q names %q, which is no index or constraint of it: it has %s", x.Table, name, strings.Join(known, ", "))
				}
			}
		}
		if o, ok := x.(entpg.SchemaObject); ok {
			err = take(relations, o.ObjectName(), "a "+o.Kind())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func namesOf(t *schema.Table) *names {
	out := &names{}
	for _, c := range t.Columns {
		out.columns = append(out.columns, c.Name)
		if c.Unique {
			out.relations = append(out.relations, fmt.Sprintf("%s_%s_key", t.Name, c.Name))
		}
	}
	for _, i := range t.Indexes {
		out.relations = append(out.relations, i.Name)
	}
	for _, fk := range t.ForeignKeys {
		out.constraints = append(out.constraints, fk.Symbol)
	}
	if t.Annotation != nil {
		out.constraints = append(out.constraints, slices.Sorted(maps.Keys(t.Annotation.Checks))...)
	}
	return out
}

// take registers the name of a table or index, and returns an error if it is
// taken.
func take(taken map[string]string, name, thing string) error {
	if other, ok := taken[name]; ok {
		return fmt.Errorf("%q is the name of %s and of %s: names of tables and indexes are unique in a namespace, change one", name, other, thing)
	}
	taken[name] = thing
	return nil
}

// constrain adds a constraint that has no index.
func (n *names) constrain(table, name string) error {
	if slices.Contains(n.constraints, name) {
		return fmt.Errorf("table %q has two constraints %q: give one another Name", table, name)
	}
	n.constraints = append(n.constraints, name)
	return nil
}

// columnsOf returns the columns that an annotation names, besides its own.
func columnsOf(x core.SchemaAnnotation) []string {
	var out []string
	switch x := x.(type) {
	case *entpg.Index:
		for _, p := range x.Parts {
			out = append(out, p.Column)
		}
		out = append(out, x.Include...)
	case *entpg.UniqueKey:
		out = slices.Concat(x.Columns, x.Include)
	case *entpg.Exclusion:
		for _, p := range x.Parts {
			out = append(out, p.Column)
		}
	}
	return slices.DeleteFunc(out, func(c string) bool { return c == "" })
}

// kind returns the word for an annotation in errors.
func kind(x core.SchemaAnnotation) string {
	switch x := x.(type) {
	case *entpg.Index:
		return fmt.Sprintf("index %q", x.Name)
	case *entpg.UniqueKey:
		return fmt.Sprintf("unique key %q", x.Name)
	case *entpg.Exclusion:
		return fmt.Sprintf("exclusion %q", x.Name)
	default:
		return fmt.Sprintf("%T", x)
	}
}
