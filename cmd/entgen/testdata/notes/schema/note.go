// Package schema uses every declaration that entgen carries over.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// Note is a type with an id.
type Note struct{ ent.Schema }

func (Note) Mixin() []ent.Mixin { return []ent.Mixin{entpg.Timestamps{}} }

func (Note) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.Text("title"),
		entpg.Text("title_lower").Optional().Annotations(entpg.Generated("lower(title)")),
		entpg.TextArray("tags"),
		entpg.Object("data"),
		entpg.Vector("embedding", 8).Optional().Nillable(),
		entpg.HalfVector("small", 8).Optional().Nillable(),
		field.UUID("user", uuid.UUID{}).StorageKey("user_id").
			Annotations(entpg.References("public", "entities", "id", entpg.Cascade)),
		field.UUID("agent_id", uuid.UUID{}),
	}
}

func (Note) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("agent", Agent.Type).Ref("notes").Unique().Required().Field("agent_id"),
		edge.To("readers", Agent.Type),
	}
}

func (Note) Annotations() []schema.Annotation {
	index := entpg.HNSW("by_embedding", "embedding", entpg.VectorCosine)
	index.With = map[string]string{"m": "32", "ef_construction": "128"}
	return []schema.Annotation{
		entpg.Namespace("notes"),
		entpg.RowLevelSecurity(),
		entpg.Indexes(index, entpg.Index{
			Name: "by_kind", Unique: true, Include: []string{"tags"},
			Parts: []entpg.Part{{Expr: `data ->> 'kind'`}, {Column: "title", Desc: true}},
			Where: `title <> '"'`,
		}),
	}
}

// Label is a type with a key of two fields.
type Label struct{ ent.Schema }

func (Label) Fields() []ent.Field {
	return []ent.Field{
		entpg.Text("name").Immutable(),
		field.UUID("note_id", uuid.UUID{}).Immutable(),
		entpg.Text("color"),
	}
}

func (Label) Edges() []ent.Edge {
	return []ent.Edge{edge.To("note", Note.Type).Unique().Required().Immutable().Field("note_id")}
}

func (Label) Annotations() []schema.Annotation {
	return []schema.Annotation{entpg.Namespace("notes"), entpg.PrimaryKey("name", "note_id")}
}
