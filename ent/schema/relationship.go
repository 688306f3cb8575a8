package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// Relationship holds the relationships between entities, as seen by an agent.
type Relationship struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Relationship) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Relationship) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("source_entity_id"),
		ref("target_entity_id"),
		ref("agent_id"),
		entpg.TextArray("tags").Optional(),
		entpg.Object("metadata").Optional(),
	}
}

// Edges implements ent.Interface.
func (Relationship) Edges() []ent.Edge {
	return []ent.Edge{
		toOne("source", Entity.Type, fk{"relationships", "source_entity_id", "entities", entsql.Cascade}),
		toOne("target", Entity.Type, fk{"relationships", "target_entity_id", "entities", entsql.Cascade}),
		toOne("agent", Agent.Type, fk{"relationships", "agent_id", "agents", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Relationship) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("source_entity_id", "target_entity_id", "agent_id").Unique().
			StorageKey("unique_relationship"),
		index.Fields("target_entity_id").StorageKey("idx_relationships_target"),
		index.Fields("agent_id").StorageKey("idx_relationships_agent"),
	}
}
