package migration_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// declared converts a world to the engine's input.
func (w *world) declared() []migration.Unit {
	b := builder{world: w, tables: map[*tableModel]*schema.Table{}}
	for _, u := range w.Units {
		for _, t := range u.Tables {
			b.tables[t] = b.table(u, t)
		}
	}
	var out []migration.Unit
	for _, u := range w.Units {
		unit := migration.Unit{Plugin: "@prop/" + u.Name}
		if u.Name == "core" {
			unit.Plugin, unit.Schema.Namespace = migration.Core, "public"
		}
		for _, other := range w.Units {
			if u.Name == "two" && other.Name != "two" && other.Name != "core" {
				unit.DependsOn = append(unit.DependsOn, "@prop/"+other.Name)
			}
		}
		for _, t := range u.Tables {
			b.link(u, t)
			unit.Schema.Tables = append(unit.Schema.Tables, b.tables[t])
			unit.Schema.Annotations = append(unit.Schema.Annotations, b.annotations(u, t)...)
		}
		out = append(out, unit)
	}
	return out
}

type builder struct {
	world  *world
	tables map[*tableModel]*schema.Table
}

// goTypes are the SQL types that ent has a word of its own for.
var goTypes = map[string]field.Type{
	"text": field.TypeString, "integer": field.TypeInt32, "bigint": field.TypeInt64, "smallint": field.TypeInt16,
	"boolean": field.TypeBool, "timestamptz": field.TypeTime, "jsonb": field.TypeJSON, "uuid": field.TypeUUID,
	"double precision": field.TypeFloat64, "bytea": field.TypeBytes,
}

func (b *builder) table(u *unitModel, t *tableModel) *schema.Table {
	out := &schema.Table{Name: t.Name, Comment: t.Comment}
	if t.Comment != "" {
		on := true
		out.Annotation = &entsql.Annotation{WithComments: &on, Checks: map[string]string{}}
	}
	for _, c := range t.Columns {
		col := &schema.Column{
			Name: c.Name, Nullable: c.Nullable, Collation: c.Collation, Comment: c.Comment,
			Unique: c.Unique, Increment: c.Increment,
		}
		if typ, ok := goTypes[c.Type]; ok && !c.Enum {
			col.Type = typ
			if c.Type == "text" {
				col.Size = 1 << 30
			}
		} else {
			col.Type, col.SchemaType = field.TypeOther, map[string]string{"postgres": c.Type}
		}
		switch {
		case c.Default == "":
		case c.Literal:
			col.Default = goValue(c.Default)
		default:
			own := quote(u.namespace()) + "." + quote(c.Type)
			col.Default = schema.Expr(strings.ReplaceAll(c.Default, "@type", own))
		}
		out.Columns = append(out.Columns, col)
	}
	if len(t.Key) == 1 {
		out.PrimaryKey = []*schema.Column{col(out, t.Key[0])}
	}
	for _, c := range t.Checks {
		withCheck(out, c.Name, expand(c.Expr))
	}
	return out
}

// goValue is the Go value of an SQL literal.
func goValue(literal string) any {
	if n, err := strconv.Atoi(literal); err == nil {
		return n
	}
	if v, err := strconv.ParseBool(literal); err == nil {
		return v
	}
	return strings.ReplaceAll(strings.Trim(literal, "'"), "''", "'")
}

// link adds what ent says about tables beyond columns.
func (b *builder) link(u *unitModel, t *tableModel) {
	out := b.tables[t]
	for _, i := range t.Indexes {
		if i.Ent {
			out.Indexes = append(out.Indexes, entIndex(out, i))
		}
	}
	for _, r := range t.References {
		if !r.Ent {
			continue
		}
		ref := b.tables[b.world.target(u, r)]
		out.ForeignKeys = append(out.ForeignKeys, &schema.ForeignKey{
			Symbol: r.Name, Columns: []*schema.Column{col(out, r.Column)},
			RefTable: ref, RefColumns: []*schema.Column{col(ref, r.RefColumn)},
			OnDelete: schema.ReferenceOption(r.OnDelete), OnUpdate: schema.ReferenceOption(r.OnUpdate),
		})
	}
}

func entIndex(t *schema.Table, i *indexModel) *schema.Index {
	a := &entsql.IndexAnnotation{
		DescColumns: map[string]bool{}, OpClassColumns: map[string]string{},
		IncludeColumns: i.Include, Where: expand(i.Where), Type: strings.ToUpper(i.Using),
	}
	out := &schema.Index{Name: i.Name, Unique: i.Unique, Annotation: a}
	for _, p := range i.Parts {
		out.Columns = append(out.Columns, col(t, p.Column))
		if p.Desc {
			a.DescColumns[p.Column] = true
		}
		if p.OpClass != "" {
			a.OpClassColumns[p.Column] = p.OpClass
		}
	}
	return out
}

// annotations are what entpg says about a table.
func (b *builder) annotations(u *unitModel, t *tableModel) []core.SchemaAnnotation {
	var out []core.SchemaAnnotation
	if t.From != "" {
		out = append(out, &entpg.Renamed{Table: t.Name, From: t.From})
	}
	for _, c := range t.Columns {
		if c.From != "" {
			out = append(out, &entpg.Renamed{Table: t.Name, Column: c.Name, From: c.From})
		}
		if c.Enum {
			out = append(out, &entpg.EnumType{Table: t.Name, Column: c.Name, Name: c.Type, Values: u.enum(c.Type).Values})
		}
		if c.Generated != "" {
			out = append(out, &entpg.GeneratedColumn{Table: t.Name, Column: c.Name, Expr: expand(c.Generated)})
		}
		if c.Storage != "" {
			out = append(out, &entpg.StoredColumn{Table: t.Name, Column: c.Name, Storage: c.Storage})
		}
		if c.Identity != nil {
			x := *c.Identity
			x.Table, x.Column = t.Name, c.Name
			out = append(out, &x)
		}
	}
	if len(t.Key) > 1 {
		out = append(out, &entpg.CompositeKey{Table: t.Name, Columns: t.Key})
	}
	for _, i := range t.Indexes {
		if i.Ent {
			continue
		}
		x := clone(i.Index)
		x.Table, x.Where = t.Name, expand(x.Where)
		for n := range x.Parts {
			x.Parts[n].Expr = expand(x.Parts[n].Expr)
		}
		out = append(out, &x)
	}
	for _, k := range t.Uniques {
		x := clone(*k)
		x.Table = t.Name
		out = append(out, &x)
	}
	for _, e := range t.Exclusions {
		x := clone(*e)
		x.Table, x.Where = t.Name, expand(x.Where)
		for n := range x.Parts {
			x.Parts[n].Expr = expand(x.Parts[n].Expr)
		}
		out = append(out, &x)
	}
	for _, r := range t.References {
		if r.Ent {
			continue
		}
		x := r.Reference
		x.Table = t.Name
		if x.RefNamespace != "" {
			x.RefNamespace = namespaceOfModel(x.RefNamespace)
		}
		out = append(out, &x)
	}
	return append(out, b.accessAndStorage(t)...)
}

func (b *builder) accessAndStorage(t *tableModel) []core.SchemaAnnotation {
	var out []core.SchemaAnnotation
	if t.RowSecurity != nil {
		out = append(out, &entpg.RowSecurity{Table: t.Name, Force: t.RowSecurity.Force})
	}
	for _, p := range t.Policies {
		x := clone(*p)
		x.Table, x.Using, x.Check = t.Name, expand(x.Using), expand(x.Check)
		out = append(out, &x)
	}
	if len(t.Storage) > 0 {
		out = append(out, &entpg.StorageParameters{Table: t.Name, With: t.Storage})
	}
	for _, name := range t.neededExtensions() {
		out = append(out, &entpg.Extension{Table: t.Name, Name: name})
	}
	if len(t.Online) > 0 {
		out = append(out, &entpg.OnlineObjects{Table: t.Name, Names: t.Online})
	}
	return out
}

// neededExtensions are those that a table names, and those that its objects
// cannot do without.
func (t *tableModel) neededExtensions() []string {
	out := slices.Clone(t.Extensions)
	for _, x := range t.Exclusions {
		for _, p := range x.Parts {
			if p.Operator == "=" {
				out = append(out, "btree_gist")
			}
		}
	}
	for _, i := range t.Indexes {
		for _, p := range i.Parts {
			if strings.HasSuffix(p.OpClass, "_trgm_ops") {
				out = append(out, "pg_trgm")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var mention = regexp.MustCompile(`@\{([^}]*)\}`)

// expand writes an expression as SQL.
func expand(expr string) string {
	return mention.ReplaceAllStringFunc(expr, func(m string) string { return quote(m[2 : len(m)-1]) })
}

// mentioned are the columns of an expression.
func mentioned(expr string) []string {
	var out []string
	for _, m := range mention.FindAllStringSubmatch(expr, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
