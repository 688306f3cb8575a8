package schema

import (
	"fmt"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// public places a table in core's namespace.
type public struct{ mixin.Schema }

func (public) Annotations() []schema.Annotation {
	return []schema.Annotation{entpg.Namespace("public")}
}

// ref returns the column of a foreign key.
//
//	"room_id" uuid NOT NULL
func ref(name string) ent.Field { return field.UUID(name, uuid.UUID{}) }

// optionalRef returns the nullable column of a foreign key; the generated code
// reads NULL as the zero UUID.
//
//	"room_id" uuid NULL
func optionalRef(name string) ent.Field { return field.UUID(name, uuid.UUID{}).Optional() }

// fk is a foreign key with elizaOS's name and its action on delete.
//
//	CONSTRAINT "memories_room_id_rooms_id_fk" FOREIGN KEY ("room_id")
//	REFERENCES "public"."rooms" ("id") ON DELETE CASCADE
type fk struct {
	table, column, refTable string
	onDelete                entsql.ReferenceOption
}

func (k fk) symbol() edge.StorageOption {
	return edge.Symbol(fmt.Sprintf("%s_%s_%s_id_fk", k.table, k.column, k.refTable))
}

// toOne returns the edge of a required foreign key.
func toOne(name string, typ any, k fk) ent.Edge {
	return edge.To(name, typ).Unique().Required().Field(k.column).
		StorageKey(k.symbol()).Annotations(entsql.OnDelete(k.onDelete))
}

// toOptional returns the edge of a nullable foreign key.
func toOptional(name string, typ any, k fk) ent.Edge {
	return edge.To(name, typ).Unique().Field(k.column).
		StorageKey(k.symbol()).Annotations(entsql.OnDelete(k.onDelete))
}

// toMany returns the inverse of an edge.From in the type that has the column.
func toMany(name string, typ any, k fk) ent.Edge {
	return edge.To(name, typ).StorageKey(k.symbol()).Annotations(entsql.OnDelete(k.onDelete))
}

// oldest returns the index for lists in the order of creation, for one value of
// the column. The id breaks ties, so that pages never overlap.
//
//	("agent_id", "created_at", "id")
func oldest(column, name string) ent.Index {
	return index.Fields(column, "created_at", "id").StorageKey(name)
}

// oneOf returns a CHECK for a text column with few values.
//
//	type IN ('SELF', 'DM')
func oneOf(column string, values ...string) string {
	return fmt.Sprintf("%s IN ('%s')", column, strings.Join(values, "', '"))
}
