package desired

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// A Renderer renders the declared DDL of a schema owner, with expressions as
// declared. PostgreSQL prints expressions in its own form, and not every print
// is a fixed point: executing prints would find a difference on every start.
// Atlas's planner renders namespaces, tables and columns; the rest is rendered
// here.
//
// The statements have the current namespaces of the realm: shadow namespaces
// while shadows are built.
type Renderer struct {
	plugin string
	schema *schema.Schema
}

// objects returns the schema owner's objects in an order in which they can be
// created: types and tables, objects of one table, foreign keys, other objects.
func (a *Renderer) objects() []catalog.Key {
	var keys []catalog.Key
	for _, o := range a.schema.Objects {
		if e, ok := o.(*schema.EnumType); ok {
			keys = append(keys, a.Key("", catalog.Enum, e.T))
		}
	}
	for _, t := range a.schema.Tables {
		keys = append(keys, a.Key(t.Name, catalog.Table, ""))
	}
	for _, t := range a.schema.Tables {
		keys = append(keys, a.KeysOf(t)...)
	}
	for _, t := range a.schema.Tables {
		for _, fk := range t.ForeignKeys {
			keys = append(keys, a.Key(t.Name, catalog.Constraint, fk.Symbol))
		}
	}
	for _, o := range objectsOf(a.schema) {
		keys = append(keys, a.Key("", catalog.Kind(o.Kind()), o.ObjectName()))
	}
	return keys
}

// KeysOf returns the objects of one table that CREATE TABLE does not create,
// without its foreign keys.
func (a *Renderer) KeysOf(t *schema.Table) []catalog.Key {
	var keys []catalog.Key
	x := AnnotationsOf(t)
	for _, c := range t.Columns {
		if storageOf(c) != "" {
			keys = append(keys, a.Key(t.Name, catalog.Storage, c.Name))
		}
	}
	for _, u := range x.Uniques {
		keys = append(keys, a.Key(t.Name, catalog.Constraint, u.Name))
	}
	for _, e := range x.exclusions {
		keys = append(keys, a.Key(t.Name, catalog.Constraint, e.Name))
	}
	for _, i := range t.Indexes {
		keys = append(keys, a.Key(t.Name, catalog.Index, i.Name))
	}
	if x.security != nil {
		keys = append(keys, a.Key(t.Name, catalog.Security, ""))
	}
	for _, p := range x.policies {
		keys = append(keys, a.Key(t.Name, catalog.Policy, p.Name))
	}
	for _, name := range slices.Sorted(maps.Keys(x.options)) {
		keys = append(keys, a.Key(t.Name, catalog.Option, name))
	}
	if commentOf(t.Attrs) != "" {
		keys = append(keys, a.Key(t.Name, catalog.Comment, ""))
	}
	for _, c := range t.Columns {
		if commentOf(c.Attrs) != "" {
			keys = append(keys, a.Key(t.Name, catalog.Comment, c.Name))
		}
	}
	return keys
}

// Key returns the key of an object in the current namespace.
func (a *Renderer) Key(table string, kind catalog.Kind, name string) catalog.Key {
	return catalog.Key{Namespace: a.schema.Name, Table: table, Kind: kind, Name: name}
}

// Statement is the declared DDL of one object.
type Statement struct {
	Key catalog.Key
	SQL string
}

// Build returns the declared DDL of the whole schema owner, without CREATE
// SCHEMA, in an order in which it can be executed.
func (a *Renderer) Build(ctx context.Context) ([]Statement, error) {
	var out []Statement
	for _, k := range a.objects() {
		sql, err := a.Create(ctx, k)
		if err != nil {
			return nil, err
		}
		out = append(out, Statement{Key: k, SQL: sql})
	}
	return out, nil
}

// text returns the statements as a script.
func text(declared []Statement) string {
	var b strings.Builder
	for _, d := range declared {
		b.WriteString(d.SQL)
		b.WriteString(";\n")
	}
	return b.String()
}

// Create returns the statement that creates one object.
func (a *Renderer) Create(ctx context.Context, k catalog.Key) (string, error) {
	if o, ok := a.object(k); ok {
		return o.Create(catalog.Relation(k.Namespace, k.Name)), nil
	}
	if k.Kind == catalog.Enum {
		for _, o := range a.schema.Objects {
			if e, ok := o.(*schema.EnumType); ok && e.T == k.Name {
				return catalog.CreateEnum(catalog.Relation(a.schema.Name, e.T), e.Values), nil
			}
		}
		return "", a.unknown(k)
	}
	t, ok := a.schema.Table(k.Table)
	if !ok {
		return "", a.unknown(k)
	}
	switch k.Kind {
	case catalog.Table:
		return a.plan(ctx, &schema.AddTable{T: bare(t)})
	case catalog.Column:
		if c, ok := t.Column(k.Name); ok {
			sql, err := a.plan(ctx, &schema.ModifyTable{T: bare(t), Changes: []schema.Change{&schema.AddColumn{C: plain(c)}}})
			if mode := storageOf(c); mode != "" && err == nil {
				// In the same statement, so that rows that it rewrites, such as
				// for a generated column, are already stored that way.
				sql += ", " + catalog.SetColumnStorage(c.Name, mode)
			}
			return sql, err
		}
	case catalog.Storage:
		if c, ok := t.Column(k.Name); ok && storageOf(c) != "" {
			return catalog.AlterStorage(k, storageOf(c)), nil
		}
	case catalog.Constraint:
		if sql, ok := a.constraint(t, k.Name); ok {
			return sql, nil
		}
	case catalog.Index:
		if i, ok := t.Index(k.Name); ok {
			return createIndex(t, i), nil
		}
	case catalog.Security:
		if s := AnnotationsOf(t).security; s != nil {
			return alterSecurity(RelationOf(t), s.Force), nil
		}
	case catalog.Policy:
		for _, p := range AnnotationsOf(t).policies {
			if p.Name == k.Name {
				return createPolicy(RelationOf(t), p), nil
			}
		}
	case catalog.Option:
		if v, ok := AnnotationsOf(t).options[k.Name]; ok {
			return catalog.SetOption(RelationOf(t), k.Name, v), nil
		}
	case catalog.Comment:
		if k.Name == "" {
			return catalog.CommentOn(RelationOf(t), "", commentOf(t.Attrs)), nil
		}
		if c, ok := t.Column(k.Name); ok {
			return catalog.CommentOn(RelationOf(t), c.Name, commentOf(c.Attrs)), nil
		}
	}
	return "", a.unknown(k)
}

func (a *Renderer) unknown(k catalog.Key) error {
	return fmt.Errorf("migration: %s %s is in the plan, but not in the schema of plugin %q: this is a defect of elizago, please report it", k.Kind, k, a.plugin)
}

// constraint returns the statement that adds a constraint.
func (a *Renderer) constraint(t *schema.Table, name string) (string, bool) {
	def := ""
	for _, u := range AnnotationsOf(t).Uniques {
		if u.Name == name {
			def = uniqueDefinition(u)
		}
	}
	for _, e := range AnnotationsOf(t).exclusions {
		if e.Name == name {
			def = exclusionDefinition(e)
		}
	}
	if fk, ok := t.ForeignKey(name); ok {
		def = referenceDefinition(fk)
	}
	for _, at := range t.Attrs {
		if c, ok := at.(*schema.Check); ok && c.Name == name {
			def = "CHECK (" + c.Expr + ")"
		}
	}
	if def == "" && t.PrimaryKey != nil && name == PrimaryKeyName(t) {
		def = "PRIMARY KEY (" + catalog.ColumnList(PartNames(t.PrimaryKey)) + ")"
	}
	return catalog.AddConstraint(RelationOf(t), name, def), def != ""
}

// SetDefault returns the statement that sets a column's default, or "" if it
// has none.
func (a *Renderer) SetDefault(ctx context.Context, k catalog.Key) (string, error) {
	t, ok := a.schema.Table(k.Table)
	if !ok {
		return "", a.unknown(k)
	}
	c, ok := t.Column(k.Name)
	if !ok || c.Default == nil {
		return "", nil
	}
	from := plain(c)
	from.Default = nil
	return a.plan(ctx, &schema.ModifyTable{T: bare(t), Changes: []schema.Change{
		&schema.ModifyColumn{From: from, To: plain(c), Change: schema.ChangeDefault},
	}})
}

// plan returns Atlas's statement for a change.
func (a *Renderer) plan(ctx context.Context, change schema.Change) (string, error) {
	plan, err := postgres.DefaultPlan.PlanChanges(ctx, a.plugin, []schema.Change{change})
	if err != nil {
		return "", fmt.Errorf("migration: plan the statements of plugin %q: %w", a.plugin, err)
	}
	if len(plan.Changes) != 1 {
		return "", fmt.Errorf("migration: the planner makes %d statements of one change for plugin %q: this is a defect of elizago, please report it", len(plan.Changes), a.plugin)
	}
	return plan.Changes[0].Cmd, nil
}

// bare returns a table with what CREATE TABLE creates: columns, primary key,
// checks.
func bare(t *schema.Table) *schema.Table {
	out := schema.NewTable(escaped(t.Name)).SetSchema(t.Schema)
	for _, c := range t.Columns {
		out.AddColumns(plain(c))
	}
	if t.PrimaryKey != nil {
		var key []*schema.Column
		for _, p := range t.PrimaryKey.Parts {
			key = append(key, plain(p.C))
		}
		out.SetPrimaryKey(schema.NewPrimaryKey(key...))
		out.PrimaryKey.Name = escaped(t.PrimaryKey.Name)
	}
	for _, a := range t.Attrs {
		if c, ok := a.(*schema.Check); ok {
			out.AddAttrs(&schema.Check{Name: escaped(c.Name), Expr: c.Expr, Attrs: c.Attrs})
		}
	}
	return out
}

// plain returns a column without its comment, which is a separate object.
func plain(c *schema.Column) *schema.Column {
	out := *c
	out.Name = escaped(c.Name)
	out.Indexes, out.ForeignKeys = nil, nil
	if e, ok := c.Type.Type.(*schema.EnumType); ok {
		typ := *c.Type
		typ.Type = &postgres.UserDefinedType{T: catalog.Relation(e.Schema.Name, e.T)}
		out.Type = &typ
	}
	out.Attrs = slices.DeleteFunc(slices.Clone(c.Attrs), func(a schema.Attr) bool {
		_, ok := a.(*schema.Comment)
		return ok
	})
	return &out
}

// escaped escapes a name for Atlas's planner, which puts quotes around names
// but does not escape quotes in them.
func escaped(name string) string { return strings.ReplaceAll(name, `"`, `""`) }

// PrimaryKeyName returns PostgreSQL's default name of a table's primary key. In
// a name that would be too long the table's part is truncated.
func PrimaryKeyName(t *schema.Table) string {
	if t.PrimaryKey.Name != "" {
		return t.PrimaryKey.Name
	}
	return catalog.Cut(t.Name, maxName-len("_pkey")) + "_pkey"
}

func commentOf(attrs []schema.Attr) string {
	if c, ok := Attr[*schema.Comment](attrs); ok {
		return c.Text
	}
	return ""
}

// storageOf returns the declared storage of a column, or "".
func storageOf(c *schema.Column) string {
	if s, ok := Attr[*storage](c.Attrs); ok {
		return string(s.mode)
	}
	return ""
}

// RelationOf returns the qualified, quoted name of a table.
func RelationOf(t *schema.Table) string { return catalog.Relation(t.Schema.Name, t.Name) }
