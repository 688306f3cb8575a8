package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// Entity holds the people and things that an agent knows: users, other agents,
// the agent itself.
type Entity struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Entity) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Entity) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("agent_id"),
		entpg.TextArray("names"),
		entpg.Object("metadata"),
	}
}

// Edges implements ent.Interface.
func (Entity) Edges() []ent.Edge {
	return []ent.Edge{
		toOne("agent", Agent.Type, fk{"entities", "agent_id", "agents", entsql.Cascade}),
		toMany("components", Component.Type, fk{"components", "entity_id", "entities", entsql.Cascade}),
		toMany("participants", Participant.Type, fk{"participants", "entity_id", "entities", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Entity) Indexes() []ent.Index {
	return []ent.Index{
		oldest("agent_id", "idx_entities_agent"),
		// names && '{...}' finds an entity by any of its names.
		index.Fields("names").StorageKey("idx_entities_names").
			Annotations(entsql.IndexType("GIN")),
	}
}
