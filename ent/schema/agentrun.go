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

// AgentRun holds the runs of agents: one for each message that is answered. The
// rows are a queue as well: a process claims a run for the time of a lease and
// renews it, and the number of claims, attempt, fences off the processes that
// had it before. Plain names such as runs are common in public, so the tables of
// runs begin with agent_.
type AgentRun struct{ ent.Schema }

// Mixin implements ent.Interface.
func (AgentRun) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (AgentRun) Fields() []ent.Field {
	count := func(name, comment string) ent.Field {
		return field.Int64(name).Default(0).Annotations(entsql.DefaultExpr("0")).Comment(comment)
	}
	counter := func(name, comment string) ent.Field {
		return field.Int32(name).Default(0).Annotations(entsql.DefaultExpr("0")).Comment(comment)
	}
	return []ent.Field{
		entpg.ID(),
		field.Int64("seq").Optional().Immutable().Annotations(entpg.Identity(entpg.IdentityColumn{})).
			Comment("The order in which the messages of a room were accepted."),
		ref("agent_id"),
		ref("room_id"),
		optionalRef("entity_id"),
		// No foreign key: memories are deleted while their runs are kept.
		field.UUID("message_id", uuid.UUID{}),
		optionalRef("parent_id"),
		field.UUID("merged_into", uuid.UUID{}).Optional().Comment("The run whose reply answers this one's message, too."),
		entpg.Text("status"),
		counter("attempt", "How often the run was claimed: the fence."),
		counter("takeovers", "How often in succession it was taken over from a process that had recorded no step."),
		field.UUID("lease_owner", uuid.UUID{}).Optional(),
		field.Time("lease_until").Optional().
			Comment("While running: when the run may be taken over. Otherwise: since when it can be claimed."),
		entpg.Text("needs").Optional().Comment("The action that a process must have to go on."),
		entpg.Text("error").Optional(),
		count("input_tokens", "Of all model calls; set at the end."),
		count("output_tokens", "Of all model calls; set at the end."),
		entpg.CreatedAt(),
		field.Time("ended_at").Optional(),
	}
}

// Edges implements ent.Interface. A run is deleted with its agent, its room and
// its user.
func (AgentRun) Edges() []ent.Edge {
	return []ent.Edge{
		toOne("agent", Agent.Type, fk{"agent_runs", "agent_id", "agents", entsql.Cascade}),
		toOne("room", Room.Type, fk{"agent_runs", "room_id", "rooms", entsql.Cascade}),
		toOptional("entity", Entity.Type, fk{"agent_runs", "entity_id", "entities", entsql.Cascade}),
		edge.To("parent", AgentRun.Type).Unique().Field("parent_id").
			StorageKey(fk{"agent_runs", "parent_id", "agent_runs", ""}.symbol()).
			Annotations(entsql.OnDelete(entsql.SetNull)),
	}
}

// Indexes implements ent.Interface. None has a column of the lease, which is
// written most often.
func (AgentRun) Indexes() []ent.Index {
	listed := func(column, name string) ent.Index { return index.Fields(column, "seq").StorageKey(name) }
	return []ent.Index{
		// A message that is delivered twice is answered once.
		index.Fields("agent_id", "message_id").Unique().StorageKey("agent_runs_agent_message_key"),
		// One run of a room at a time, whatever the snapshots of two claims
		// show.
		index.Fields("agent_id", "room_id").Unique().StorageKey("agent_runs_running_key").
			Annotations(entsql.IndexWhere("status = 'running'")),
		// What can be claimed, and what comes before it in its room.
		index.Fields("agent_id", "room_id", "seq").StorageKey("idx_agent_runs_claim").
			Annotations(entsql.IndexWhere("status IN ('queued', 'running') AND merged_into IS NULL")),
		listed("agent_id", "idx_agent_runs_agent"),
		listed("room_id", "idx_agent_runs_room"),
		listed("entity_id", "idx_agent_runs_entity"),
		index.Fields("parent_id").StorageKey("idx_agent_runs_parent"),
		index.Fields("merged_into").StorageKey("idx_agent_runs_merged").
			Annotations(entsql.IndexWhere("merged_into IS NOT NULL")),
		// Rows are inserted in the order of time, so BRIN finds old ones, at
		// almost no cost per insert.
		index.Fields("created_at").StorageKey("idx_agent_runs_created").
			Annotations(entsql.IndexType("BRIN")),
	}
}

// Annotations implements ent.Interface.
func (AgentRun) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.TableOnly(),
		entsql.Table("agent_runs"),
		entsql.Checks(map[string]string{
			"agent_runs_status_check": oneOf("status", "queued", "running", "waiting", "completed", "error", "cancelled"),
		}),
		// A renewed lease is a new version of the row on its page, without an
		// entry in any index.
		entpg.Storage(map[string]string{"fillfactor": "70"}),
	}
}
