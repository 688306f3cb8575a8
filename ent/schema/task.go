package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// Task holds deferred work, once or repeatedly, for the task worker of its
// name. A task of a room, world or entity is deleted with it.
type Task struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Task) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Task) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.Text("name"),
		entpg.Text("description").Optional(),
		optionalRef("room_id"),
		optionalRef("world_id"),
		optionalRef("entity_id"),
		ref("agent_id"),
		entpg.TextArray("tags"),
		entpg.Object("metadata"),
	}
}

// Edges implements ent.Interface.
func (Task) Edges() []ent.Edge {
	return []ent.Edge{
		toOptional("room", Room.Type, fk{"tasks", "room_id", "rooms", entsql.Cascade}),
		toOptional("world", World.Type, fk{"tasks", "world_id", "worlds", entsql.Cascade}),
		toOptional("entity", Entity.Type, fk{"tasks", "entity_id", "entities", entsql.Cascade}),
		toOne("agent", Agent.Type, fk{"tasks", "agent_id", "agents", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Task) Indexes() []ent.Index {
	return []ent.Index{
		oldest("agent_id", "idx_tasks_agent_created"),
		index.Fields("agent_id", "name").StorageKey("idx_tasks_agent_name"),
		index.Fields("room_id").StorageKey("idx_tasks_room"),
		index.Fields("world_id").StorageKey("idx_tasks_world"),
		index.Fields("entity_id").StorageKey("idx_tasks_entity"),
		// tags @> '{queue}' finds the scheduler's tasks.
		index.Fields("tags").StorageKey("idx_tasks_tags").Annotations(entsql.IndexType("GIN")),
	}
}
