package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// AgentRunEvent holds what can be read of a run while it is answered, such as
// pieces of text, and the request to cancel it. It is kept for hours.
type AgentRunEvent struct{ ent.Schema }

// Mixin implements ent.Interface.
func (AgentRunEvent) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (AgentRunEvent) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("run_id", uuid.UUID{}).Immutable(),
		field.Int64("seq").Immutable().Comment("The order of the events of a run, from 1. 0 is the request to cancel it."),
		entpg.Text("kind"),
		entpg.Object("data"),
		entpg.CreatedAt(),
	}
}

// Edges implements ent.Interface.
func (AgentRunEvent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("run", AgentRun.Type).Unique().Required().Immutable().Field("run_id").
			StorageKey(fk{"agent_run_events", "run_id", "agent_runs", ""}.symbol()).
			Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes implements ent.Interface.
func (AgentRunEvent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("created_at").StorageKey("idx_agent_run_events_created").
			Annotations(entsql.IndexType("BRIN")),
	}
}

// Annotations implements ent.Interface.
func (AgentRunEvent) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.TableOnly(),
		entsql.Table("agent_run_events"),
		entpg.PrimaryKey("run_id", "seq"),
	}
}
