package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/elizago/elizago/migration/entpg"
)

// Agent stands for core's table.
type Agent struct{ ent.Schema }

func (Agent) Mixin() []ent.Mixin { return []ent.Mixin{entpg.StandIn("public", "agents")} }

func (Agent) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.Text("name"),
		field.Bool("enabled").Default(true),
	}
}

func (Agent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("notes", Note.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.From("readable", Note.Type).Ref("readers"),
	}
}
