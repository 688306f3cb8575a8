package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// LogEntry holds the logs of agents: model calls, actions, runs. The table is
// logs; ent reserves the name Log.
type LogEntry struct{ ent.Schema }

// Mixin implements ent.Interface.
func (LogEntry) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (LogEntry) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.CreatedAt(),
		ref("agent_id"),
		ref("entity_id"),
		// NULL for events outside any room.
		optionalRef("room_id"),
		entpg.Text("type"),
		entpg.Object("body"),
	}
}

// Edges implements ent.Interface.
func (LogEntry) Edges() []ent.Edge {
	return []ent.Edge{
		toOne("agent", Agent.Type, fk{"logs", "agent_id", "agents", entsql.Cascade}),
		toOne("entity", Entity.Type, fk{"logs", "entity_id", "entities", entsql.Cascade}),
		toOptional("room", Room.Type, fk{"logs", "room_id", "rooms", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (LogEntry) Indexes() []ent.Index {
	newest := func(name string, columns ...string) ent.Index {
		return index.Fields(append(columns, "created_at")...).StorageKey(name).
			Annotations(entsql.DescColumns("created_at"))
	}
	listed := func(name, column string) ent.Index {
		return index.Fields(column, "created_at", "id").StorageKey(name).
			Annotations(entsql.DescColumns("created_at", "id"))
	}
	return []ent.Index{
		listed("idx_logs_agent_created", "agent_id"),
		listed("idx_logs_room_created", "room_id"),
		newest("idx_logs_agent_type_created", "agent_id", "type"),
		newest("idx_logs_room_type_created", "room_id", "type"),
		newest("idx_logs_entity_created", "entity_id"),
		// Rows are inserted in the order of time, so BRIN finds expired ones,
		// at almost no cost per insert.
		index.Fields("created_at").StorageKey("idx_logs_created").
			Annotations(entsql.IndexType("BRIN")),
	}
}

// Annotations implements ent.Interface.
func (LogEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Table("logs"),
		// The entries of one run.
		entpg.Indexes(entpg.Index{
			Name:  "idx_logs_run_id",
			Parts: []entpg.Part{{Expr: "body ->> 'runId'"}, {Column: "type"}},
			Where: "body ->> 'runId' IS NOT NULL",
		}),
	}
}
