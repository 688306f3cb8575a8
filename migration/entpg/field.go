package entpg

import (
	"database/sql/driver"

	"entgo.io/ent/dialect"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Field is a column of one of this package's types, with the modifiers of ent's
// builders:
//
//	entpg.Vector("embedding", 384).Optional().Nillable()
//
// A Field is not safe for concurrent use.
type Field struct {
	desc *field.Descriptor

	// optional is an extra step of Optional. May be nil.
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

// Nillable makes the Go field a pointer that is nil for NULL. Without it NULL
// is read as the type's zero value.
func (f *Field) Nillable() *Field { f.desc.Nillable = true; return f }

// Immutable omits the field from the update builders.
func (f *Field) Immutable() *Field { f.desc.Immutable = true; return f }

// Unique adds a unique index on the column.
//
//	CREATE UNIQUE INDEX "notes_code_key" ON "notes" ("code")
func (f *Field) Unique() *Field { f.desc.Unique = true; return f }

// Default sets the value, or the function returning the value, that the ORM
// uses on create. A value of a text or enum is also the database's default; for
// other types use Annotations with entsql.Default.
func (f *Field) Default(v any) *Field { f.desc.Default = v; return f }

// Comment sets the comment in the generated Go code, and in the database if the
// schema or the field has the annotation entsql.WithComments(true). The table's
// comment is schema.Comment.
//
//	COMMENT ON COLUMN "notes"."title" IS 'One line.'
func (f *Field) Comment(text string) *Field { f.desc.Comment = text; return f }

// StorageKey sets the column's name. Defaults to the field's name.
func (f *Field) StorageKey(column string) *Field { f.desc.StorageKey = column; return f }

// StructTag sets the tag of the generated struct field. Defaults to
// `json:"<name>,omitempty"`.
func (f *Field) StructTag(tag string) *Field { f.desc.Tag = tag; return f }

// Annotations adds ent annotations to the field.
func (f *Field) Annotations(a ...schema.Annotation) *Field {
	f.desc.Annotations = append(f.desc.Annotations, a...)
	return f
}

// custom returns a column of a PostgreSQL type that ent does not know: typ is
// the Go type, a Scanner and Valuer, and sqlType the PostgreSQL type.
func custom(name string, typ driver.Valuer, sqlType string) *Field {
	return &Field{desc: field.Other(name, typ).
		SchemaType(map[string]string{dialect.Postgres: sqlType}).
		Descriptor()}
}
