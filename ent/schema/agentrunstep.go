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

// AgentRunStep holds what a run did: model calls, calls of actions, questions for
// approval. Steps are appended, so that a run grows by what it does and not by
// copies of its state.
type AgentRunStep struct{ ent.Schema }

// Mixin implements ent.Interface.
func (AgentRunStep) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (AgentRunStep) Fields() []ent.Field {
	count := func(name string) ent.Field {
		return field.Int64(name).Default(0).Annotations(entsql.DefaultExpr("0"))
	}
	return []ent.Field{
		field.UUID("run_id", uuid.UUID{}).Immutable(),
		field.Int32("n").Immutable().Comment("The place of the step in its run, from 1."),
		field.Int32("attempt").Comment("The claim under which it was recorded."),
		entpg.Text("kind"),
		entpg.Text("state"),
		entpg.Text("call_id").Optional().Comment("The call's id in its run: model step and ordinal."),
		entpg.Text("model_call_id").Optional().Comment("The model's own, which may be missing or repeated."),
		entpg.Text("name").Optional().Comment("The action, or the model."),
		// Text and not jsonb, which would write numbers and the order of fields
		// in another way: an approval is for the text that was shown.
		entpg.Text("input").Optional(),
		entpg.Text("output").Optional(),
		entpg.Text("error").Optional(),
		field.UUID("decided_by", uuid.UUID{}).Optional().Comment("The entity that decided; NULL: the operator, or no decision."),
		count("input_tokens"),
		count("output_tokens"),
		entpg.CreatedAt(),
		field.Time("ended_at").Optional(),
		field.Time("expires_at").Optional().Comment("When a question for approval counts as refused."),
	}
}

// Edges implements ent.Interface.
func (AgentRunStep) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("run", AgentRun.Type).Unique().Required().Immutable().Field("run_id").
			StorageKey(fk{"agent_run_steps", "run_id", "agent_runs", ""}.symbol()).
			Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes implements ent.Interface.
func (AgentRunStep) Indexes() []ent.Index {
	return []ent.Index{
		// A call and the question about it have the same id.
		index.Fields("run_id", "kind", "call_id").Unique().StorageKey("agent_run_steps_call_key").
			Annotations(entsql.IndexWhere("call_id IS NOT NULL")),
		index.Fields("expires_at").StorageKey("idx_agent_run_steps_expires").
			Annotations(entsql.IndexWhere("state = 'waiting'")),
	}
}

// Annotations implements ent.Interface.
func (AgentRunStep) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.TableOnly(),
		entsql.Table("agent_run_steps"),
		entpg.PrimaryKey("run_id", "n"),
		entsql.Checks(map[string]string{
			"agent_run_steps_kind_check":  oneOf("kind", "model", "call", "approval", "summary"),
			"agent_run_steps_state_check": oneOf("state", "started", "done", "failed", "waiting", "unknown"),
		}),
	}
}
