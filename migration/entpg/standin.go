package entpg

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/mixin"
)

// StandIn is a mixin that makes an ent schema stand for a table of another
// unit, so that a plugin has edges and queries to it. The schema declares the id
// and the fields that the plugin wants to read; the table may have more. The
// generated client can query the table and cannot write to it: there is no
// Create, Update or Delete. The table does not belong to the plugin, which must
// have its owner among its DependsOn, unless that is core. A foreign key to it,
// from the edge of a table of the plugin's own, is real.
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

// IsStandIn reports that a schema's annotations come with StandIn. It is for
// cmd/entgen.
func IsStandIn(annotations map[string]any) (bool, error) {
	d, err := decode(annotations)
	return d.StandIn, err
}
