package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// World holds groups of rooms: a Discord server, a workspace, the terminal.
type World struct{ ent.Schema }

// Mixin implements ent.Interface.
func (World) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (World) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("agent_id"),
		entpg.Text("name"),
		entpg.Object("metadata").Optional(),
		// No foreign key: the id is derived from the platform's, and most
		// platforms' servers have no row in message_servers.
		field.UUID("message_server_id", uuid.UUID{}).Optional(),
	}
}

// Edges implements ent.Interface.
func (World) Edges() []ent.Edge {
	return []ent.Edge{
		toOne("agent", Agent.Type, fk{"worlds", "agent_id", "agents", entsql.Cascade}),
		// Deleting a world keeps its rooms, and with them the memories.
		toMany("rooms", Room.Type, fk{"rooms", "world_id", "worlds", entsql.SetNull}),
	}
}

// Indexes implements ent.Interface.
func (World) Indexes() []ent.Index {
	return []ent.Index{
		oldest("agent_id", "idx_worlds_agent"),
		index.Fields("message_server_id").StorageKey("idx_worlds_message_server"),
	}
}
