package desired

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ariga.io/atlas/sql/schema"
	entschema "entgo.io/ent/dialect/sql/schema"
)

// desiredRealm returns the declared state, with expressions as declared: one
// Atlas schema per namespace.
func desiredRealm(ctx context.Context, units []resolved) (*schema.Realm, error) {
	if err := checkNames(units); err != nil {
		return nil, err
	}
	tables, err := cloneTables(units)
	if err != nil {
		return nil, err
	}
	realm, err := stateOf(ctx, tables...)
	if err != nil {
		return nil, unreadable(ctx, units, err)
	}
	for _, s := range realm.Schemas {
		for _, t := range s.Tables {
			for _, c := range t.Columns {
				if x, ok := c.Default.(*schema.RawExpr); ok {
					x.X = unwrap(x.X)
				}
			}
		}
	}
	for _, u := range units {
		if err := applyAnnotations(realm, units, u); err != nil {
			return nil, err
		}
	}
	return realm, nil
}

// stateOf converts ent's tables to Atlas's. A panic of the libraries is an error.
func stateOf(ctx context.Context, tables ...*entschema.Table) (realm *schema.Realm, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	engine, err := entschema.NewMigrate(stubDriver{})
	if err != nil {
		return nil, fmt.Errorf("set ent's engine up: %w", err)
	}
	return engine.StateReader(tables...).ReadState(ctx)
}

// unreadable returns the error of tables that cannot be converted, with the plugin,
// the table and the column by which it comes, if it comes by one column alone.
func unreadable(ctx context.Context, units []resolved, err error) error {
	for _, u := range units {
		for _, t := range u.Schema.Tables {
			for _, c := range t.Columns {
				alone := *c
				if _, err := stateOf(ctx, &entschema.Table{Name: t.Name, Schema: u.Namespace, Columns: []*entschema.Column{&alone}}); err != nil {
					return fmt.Errorf("migration: column %q of table %q, plugin %q, cannot be read (type %q): %w: correct its type or default",
						c.Name, t.Name, u.Plugin, c.SchemaType["postgres"], err)
				}
			}
		}
	}
	return fmt.Errorf("migration: read the ent tables: %w", err)
}

// unwrap removes the parentheses that ent puts around default expressions.
func unwrap(expr string) string {
	if len(expr) < 2 || expr[0] != '(' || expr[len(expr)-1] != ')' {
		return expr
	}
	inner := expr[1 : len(expr)-1]
	depth := 0
	for _, r := range inner {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case '\'', '"':
			// Not worth a parser: with quotes only the plain case is sure.
			if strings.ContainsAny(inner, "()") {
				return expr
			}
		}
		if depth < 0 {
			return expr
		}
	}
	return inner
}

// cloneTables copies the schema owners' tables into their namespaces. The
// originals are variables of generated packages, shared by all engines of the
// process.
func cloneTables(units []resolved) ([]*entschema.Table, error) {
	c := &cloner{
		units:  units,
		tables: make(map[*entschema.Table]*entschema.Table), owners: make(map[*entschema.Table]string),
		columns: make(map[*entschema.Column]*entschema.Column),
	}
	var out []*entschema.Table
	for _, u := range units {
		for _, t := range u.Schema.Tables {
			out = append(out, c.table(u, t))
		}
	}
	for _, u := range units {
		for _, t := range u.Schema.Tables {
			if err := c.keys(u, t); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// cloner maps originals to copies.
type cloner struct {
	units   []resolved
	tables  map[*entschema.Table]*entschema.Table
	owners  map[*entschema.Table]string
	columns map[*entschema.Column]*entschema.Column
}

// table copies a table with its columns.
func (c *cloner) table(u resolved, t *entschema.Table) *entschema.Table {
	out := &entschema.Table{
		Name: t.Name, Schema: u.Namespace, Annotation: t.Annotation,
		Comment: t.Comment, View: t.View, Pos: t.Pos,
	}
	for _, col := range t.Columns {
		cc := &entschema.Column{
			Name: col.Name, Type: col.Type, SchemaType: col.SchemaType, Attr: col.Attr,
			Size: col.Size, Key: col.Key, Unique: col.Unique, Increment: col.Increment,
			Nullable: col.Nullable, Default: col.Default, Enums: col.Enums,
			Collation: col.Collation, Comment: col.Comment,
		}
		c.columns[col] = cc
		out.Columns = append(out.Columns, cc)
	}
	c.tables[t], c.owners[t] = out, u.Plugin
	return out
}

// keys copies the parts that refer to columns: primary key, indexes, foreign
// keys.
func (c *cloner) keys(u resolved, t *entschema.Table) error {
	out := c.tables[t]
	out.PrimaryKey = c.mapped(t.PrimaryKey)
	for _, i := range t.Indexes {
		out.Indexes = append(out.Indexes, &entschema.Index{
			Name: i.Name, Unique: i.Unique, Columns: c.mapped(i.Columns), Annotation: i.Annotation,
		})
	}
	for _, fk := range t.ForeignKeys {
		ref, refColumns, owner := c.target(fk)
		switch {
		case ref == nil:
			name := "a table without a name"
			if fk.RefTable != nil {
				name = fmt.Sprintf("table %q", strings.TrimPrefix(fk.RefTable.Schema+"."+fk.RefTable.Name, "."))
			}
			return fmt.Errorf("migration: foreign key %q of %s.%s, plugin %q, refers to %s, which no schema owner declares: pass the plugin that owns it, or use entpg.References",
				fk.Symbol, u.Namespace, t.Name, u.Plugin, name)
		case owner != u.Plugin && !reaches(c.units, u.Plugin, owner):
			return missingDependency(u, t.Name, fk.Symbol, owner)
		case slices.Contains(refColumns, nil):
			return fmt.Errorf("migration: foreign key %q of %s.%s, plugin %q, refers to a column that table %q of plugin %q does not have: check the stand-in",
				fk.Symbol, u.Namespace, t.Name, u.Plugin, ref.Name, owner)
		}
		out.ForeignKeys = append(out.ForeignKeys, &entschema.ForeignKey{
			Symbol: fk.Symbol, Columns: c.mapped(fk.Columns), RefTable: ref,
			RefColumns: refColumns, OnUpdate: fk.OnUpdate, OnDelete: fk.OnDelete,
		})
	}
	return nil
}

func (c *cloner) mapped(list []*entschema.Column) []*entschema.Column {
	out := make([]*entschema.Column, len(list))
	for i, col := range list {
		out[i] = c.columns[col]
	}
	return out
}

// target returns the table that a foreign key refers to, directly or by a
// stand-in of the same namespace and name, its columns and its owner. The table
// is nil if there is none; columns that it lacks are nil.
func (c *cloner) target(fk *entschema.ForeignKey) (*entschema.Table, []*entschema.Column, string) {
	if ref, ok := c.tables[fk.RefTable]; ok {
		return ref, c.mapped(fk.RefColumns), c.owners[fk.RefTable]
	}
	if fk.RefTable == nil || fk.RefTable.Schema == "" {
		return nil, nil, ""
	}
	for original, ref := range c.tables {
		if ref.Schema != fk.RefTable.Schema || ref.Name != fk.RefTable.Name {
			continue
		}
		found := make([]*entschema.Column, len(fk.RefColumns))
		for i, want := range fk.RefColumns {
			for _, col := range ref.Columns {
				if col.Name == want.Name {
					found[i] = col
				}
			}
		}
		return ref, found, c.owners[original]
	}
	return nil, nil, ""
}

func missingDependency(u resolved, table, symbol, other string) error {
	return fmt.Errorf("migration: foreign key %q of %s.%s refers to a table of plugin %q, on which plugin %q does not depend: add %q to its dependencies",
		symbol, u.Namespace, table, other, u.Plugin, other)
}
