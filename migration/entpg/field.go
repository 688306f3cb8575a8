package entpg

import (
	"database/sql/driver"

	"entgo.io/ent/dialect"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Field is a column of one of this package's types. It has the modifiers of
// ent's own builders, so it reads like them in a schema:
//
//	entpg.Vector("embedding", 384).Optional().Nillable()
//
// A Field belongs to the schema method that made it; it is not for use by
// several goroutines.
type Field struct {
	desc *field.Descriptor

	// optional is what Optional does beyond the usual. Nil means nothing.
	optional func()
}

// Descriptor implements ent.Field.
func (f *Field) Descriptor() *field.Descriptor { return f.desc }

// Optional makes the column nullable and the setter optional.
//
//	"embedding" vector(384) NULL
func (f *Field) Optional() *Field {
	f.desc.Optional = true
	if f.optional != nil {
		f.optional()
	}
	return f
}

// Nillable makes the Go field a pointer that is nil for NULL. Without it a
// NULL is read as the type's zero value.
func (f *Field) Nillable() *Field { f.desc.Nillable = true; return f }

// Immutable leaves the field out of the update builders.
func (f *Field) Immutable() *Field { f.desc.Immutable = true; return f }

// Unique adds a unique index on the column.
//
//	CREATE UNIQUE INDEX "notes_code_key" ON "notes" ("code")
func (f *Field) Unique() *Field { f.desc.Unique = true; return f }

// Default is the value, or the function giving the value, that the ORM sets
// on create. A value of a text or an enum is the database's default, too; for
// anything else see Annotations with entsql.Default.
func (f *Field) Default(v any) *Field { f.desc.Default = v; return f }

// Comment goes into the generated Go code, and into the database where the
// schema, or the field, has entsql.WithComments(true) among its Annotations. The
// table's own comment is schema.Comment, beside it.
//
//	COMMENT ON COLUMN "notes"."title" IS 'One line.'

func (f *Field) Comment(text string) *Field { f.desc.Comment = text; return f }

// StorageKey names the column. Empty, and by default, it is the field's name.
func (f *Field) StorageKey(column string) *Field { f.desc.StorageKey = column; return f }

// StructTag sets the tag of the generated struct field. Defaults to
// `json:"<name>,omitempty"`.
func (f *Field) StructTag(tag string) *Field { f.desc.Tag = tag; return f }

// Annotations adds ent annotations to the field.
func (f *Field) Annotations(a ...schema.Annotation) *Field {
	f.desc.Annotations = append(f.desc.Annotations, a...)
	return f
}

// custom is a column whose PostgreSQL type ent does not know: typ is the Go
// type, a Scanner and Valuer, and sqlType the type's name in PostgreSQL.
func custom(name string, typ driver.Valuer, sqlType string) *Field {
	return &Field{desc: field.Other(name, typ).
		SchemaType(map[string]string{dialect.Postgres: sqlType}).
		Descriptor()}
}
