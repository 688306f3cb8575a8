package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// Component holds typed data attached to an entity by a plugin or another
// entity.
type Component struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Component) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Component) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("entity_id"),
		ref("agent_id"),
		ref("room_id"),
		optionalRef("world_id"),
		optionalRef("source_entity_id"),
		entpg.Text("type"),
		entpg.Object("data"),
	}
}

// Edges implements ent.Interface.
func (Component) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("entity", Entity.Type).Ref("components").Unique().Required().Field("entity_id"),
		toOne("agent", Agent.Type, fk{"components", "agent_id", "agents", entsql.Cascade}),
		toOne("room", Room.Type, fk{"components", "room_id", "rooms", entsql.Cascade}),
		toOptional("world", World.Type, fk{"components", "world_id", "worlds", entsql.Cascade}),
		toOptional("source_entity", Entity.Type, fk{"components", "source_entity_id", "entities", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Component) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("entity_id", "type").StorageKey("idx_components_entity_type"),
		oldest("agent_id", "idx_components_agent"),
		index.Fields("room_id").StorageKey("idx_components_room"),
		index.Fields("world_id").StorageKey("idx_components_world"),
		index.Fields("source_entity_id").StorageKey("idx_components_source_entity"),
	}
}
