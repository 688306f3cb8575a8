package entpg

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/mixin"
)

// StandIn returns a mixin that makes an ent schema stand in for a table of
// another schema owner, so that a plugin has edges to it and queries on it. The
// schema declares the id and the fields that the plugin reads; the table may
// have more. The generated client is read-only: it has no Create, Update or
// Delete. The table does not belong to the plugin, whose Dependencies must
// include its owner unless that is core. An edge from a table of the plugin
// creates a foreign key to it.
//
//	// Agent stands for core's table.
//	type Agent struct{ ent.Schema }
//
//	func (Agent) Mixin() []ent.Mixin { return []ent.Mixin{entpg.StandIn("public", "agents")} }
//
//	func (Agent) Fields() []ent.Field { return []ent.Field{entpg.ID(), entpg.Text("name")} }
//
//	// In the schema Note:
//	edge.To("agent", Agent.Type).Unique().Required().Field("agent_id").Annotations(entsql.OnDelete(entsql.Cascade))
//
//	CONSTRAINT "notes_agents_agent" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE
func StandIn(namespace, table string) ent.Mixin {
	return standIn{annotations: []schema.Annotation{entsql.SchemaTable(namespace, table), declared{StandIn: true}}}
}

type standIn struct {
	mixin.Schema
	annotations []schema.Annotation
}

// Annotations implements ent.Mixin.
func (s standIn) Annotations() []schema.Annotation { return s.annotations }

// IsStandIn reports whether a schema uses StandIn. It is for cmd/entgen.
func IsStandIn(annotations map[string]any) (bool, error) {
	d, err := decode(annotations)
	return d.StandIn, err
}
