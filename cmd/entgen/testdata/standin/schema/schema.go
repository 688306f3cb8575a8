// Package schema has a table and two stand-ins for tables of another schema owner.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// Note belongs to the plugin.
type Note struct{ ent.Schema }

func (Note) Fields() []ent.Field {
	return []ent.Field{entpg.ID(), entpg.Text("title"), field.UUID("agent_id", uuid.UUID{})}
}

func (Note) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("agent", Agent.Type).Ref("notes").Unique().Required().Field("agent_id"),
		edge.To("readers", Agent.Type),
	}
}

func (Note) Annotations() []schema.Annotation {
	return []schema.Annotation{entpg.Namespace("notes")}
}

// Agent belongs to another schema owner.
type Agent struct{ ent.Schema }

func (Agent) Mixin() []ent.Mixin { return []ent.Mixin{entpg.StandIn("public", "agents")} }

func (Agent) Fields() []ent.Field { return []ent.Field{entpg.ID(), entpg.Text("name").Default("none")} }

func (Agent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("notes", Note.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.From("readable", Note.Type).Ref("readers"),
		edge.To("memories", Memory.Type),
	}
}

// Memory belongs to another schema owner, too, and refers to Agent.
type Memory struct{ ent.Schema }

func (Memory) Mixin() []ent.Mixin { return []ent.Mixin{entpg.StandIn("public", "memories")} }

func (Memory) Fields() []ent.Field {
	return []ent.Field{entpg.ID(), entpg.Text("type"), field.UUID("agent_id", uuid.UUID{})}
}

func (Memory) Edges() []ent.Edge {
	return []ent.Edge{edge.From("agent", Agent.Type).Ref("memories").Unique().Required().Field("agent_id")}
}
