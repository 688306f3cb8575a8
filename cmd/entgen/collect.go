package main

import (
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// collect returns the declarations of all schemas, sorted by table, kind and
// name. Those that belong to no table come first.
func collect(g *gen.Graph) ([]core.SchemaAnnotation, error) {
	var out []core.SchemaAnnotation
	for _, n := range g.Nodes {
		annotations, err := entpg.TableAnnotations(n.Table(), n.Annotations)
		if err != nil {
			return nil, err
		}
		out = append(out, annotations...)
		for _, f := range fields(n) {
			annotations, err := entpg.ColumnAnnotations(column(n, f), f.Annotations)
			if err != nil {
				return nil, err
			}
			if standIn, _ := entpg.IsStandIn(n.Annotations); standIn && len(annotations) > 0 {
				return nil, fmt.Errorf("field %s of stand-in %s declares a %s: leave that to the table's owner; for an enumeration use field.Enum", f.Name, n.Name, strings.TrimPrefix(fmt.Sprintf("%T", annotations[0]), "*"))
			}
			out = append(out, annotations...)
		}
	}
	slices.SortStableFunc(out, func(a, b core.SchemaAnnotation) int {
		return strings.Compare(sortKey(a), sortKey(b))
	})
	return out, nil
}

// fields returns a type's fields, including the id if it is declared.
func fields(n *gen.Type) []*gen.Field {
	if n.ID == nil || !n.ID.UserDefined {
		return n.Fields
	}
	return append([]*gen.Field{n.ID}, n.Fields...)
}

// column returns entpg's description of a field.
func column(n *gen.Type, f *gen.Field) entpg.Column {
	c := entpg.Column{
		Table: n.Table(), Name: f.StorageKey(),
		Integer: f.Type.Type.Integer(), Optional: f.Optional, Default: f.Default, Key: f == n.ID,
	}
	if a := f.EntSQL(); a != nil && (a.Default != "" || a.DefaultExpr != "" || len(a.DefaultExprs) > 0) {
		c.Default = true
	}
	return c
}

// sortKey returns the key that annotations are sorted by.
func sortKey(x core.SchemaAnnotation) string {
	kind, name := "", ""
	switch x := x.(type) {
	case *entpg.CompositeKey:
		kind = "0"
	case *entpg.GeneratedColumn:
		kind, name = "1", x.Column
	case *entpg.Index:
		kind, name = "2", x.Name
	case *entpg.Reference:
		kind, name = "3", x.Column+"\x00"+x.RefTable+"\x00"+x.Name
	case *entpg.EnumType:
		kind, name = "4", x.Column
	case *entpg.IdentityColumn:
		kind, name = "5", x.Column
	case *entpg.UniqueKey:
		kind, name = "6", x.Name
	case *entpg.Exclusion:
		kind, name = "7", x.Name
	case *entpg.RowSecurity:
		kind = "8"
	case *entpg.Policy:
		kind, name = "9", x.Name
	case *entpg.StorageParameters:
		kind = "A"
	case *entpg.Extension:
		kind, name = "B", x.Name
	case *entpg.Renamed:
		kind, name = "C", x.Column+"\x00"+x.From
	case *entpg.OnlineObjects:
		kind = "D"
	case *entpg.StoredColumn:
		kind, name = "E", x.Column
	case *entpg.RenamedValue:
		kind, name = "C", x.Column+"\x00"+x.From+"\x00"+x.To
	case entpg.SchemaObject:
		kind, name = "F", x.Kind()+"\x00"+x.ObjectName()
	default:
		kind, name = "G", fmt.Sprintf("%T", x)
	}
	return x.TableName() + "\x00" + kind + name
}
