package entpg

import (
	"slices"
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// ID returns the usual primary key: a UUIDv7 from the ORM, which keeps inserts
// local in the index. Rows inserted by hand get a random UUID from the
// database.
//
//	"id" uuid NOT NULL DEFAULT gen_random_uuid()
func ID() *Field {
	return &Field{desc: field.UUID("id", uuid.UUID{}).
		Default(core.NewID).
		Immutable().
		Annotations(entsql.DefaultExpr("gen_random_uuid()")).
		Descriptor()}
}

// Text returns a text column of any length. ent's field.String would be a
// varchar, whose CHECK constraints PostgreSQL prints in two different ways.
//
//	"name" text NOT NULL
func Text(name string) *Field {
	return &Field{desc: field.Text(name).Descriptor()}
}

// Object returns a column with a JSON object, a map in Go, empty by default.
// With Optional the column is nullable, NULL is read as a nil map, and there is
// no default.
//
//	"metadata" jsonb NOT NULL DEFAULT '{}'
func Object(name string) *Field {
	empty := entsql.Default("{}")
	f := &Field{desc: field.JSON(name, map[string]any{}).
		Default(func() map[string]any { return map[string]any{} }).
		Annotations(empty).
		Descriptor()}
	f.optional = func() {
		f.desc.Default = nil
		f.desc.Annotations = slices.DeleteFunc(f.desc.Annotations, func(a schema.Annotation) bool { return a == schema.Annotation(empty) })
	}
	return f
}

// Timestamps is a mixin with two columns set by the ORM: created_at on create
// (the caller may set it), updated_at by every update through the ORM.
//
//	"created_at" timestamptz NOT NULL DEFAULT now(),
//	"updated_at" timestamptz NOT NULL DEFAULT now()
type Timestamps struct{ mixin.Schema }

// Fields implements ent.Mixin.
func (Timestamps) Fields() []ent.Field {
	return []ent.Field{
		CreatedAt(),
		&Field{desc: field.Time("updated_at").
			Default(Now).UpdateDefault(Now).
			Annotations(entsql.DefaultExpr("now()")).
			Descriptor()},
	}
}

// CreatedAt returns the created_at of Timestamps, for rows that never change.
//
//	"created_at" timestamptz NOT NULL DEFAULT now()
func CreatedAt() *Field {
	return &Field{desc: field.Time("created_at").
		Default(Now).
		Immutable().
		Annotations(entsql.DefaultExpr("now()")).
		Descriptor()}
}

// Now returns the current time truncated to PostgreSQL's resolution of a
// microsecond, so that a row in memory equals the same row read back.
func Now() time.Time { return time.Now().Truncate(time.Microsecond) }
