package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// MessageServerAgent holds the agents that listen on a server.
type MessageServerAgent struct{ ent.Schema }

// Mixin implements ent.Interface.
func (MessageServerAgent) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (MessageServerAgent) Fields() []ent.Field {
	return []ent.Field{
		ref("message_server_id"),
		ref("agent_id"),
		entpg.CreatedAt(),
	}
}

// Edges implements ent.Interface.
func (MessageServerAgent) Edges() []ent.Edge {
	return []ent.Edge{
		toOne("message_server", MessageServer.Type,
			fk{"message_server_agents", "message_server_id", "message_servers", entsql.Cascade}),
		toOne("agent", Agent.Type,
			fk{"message_server_agents", "agent_id", "agents", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (MessageServerAgent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("agent_id").StorageKey("idx_message_server_agents_agent"),
	}
}

// Annotations implements ent.Interface.
func (MessageServerAgent) Annotations() []schema.Annotation {
	return []schema.Annotation{field.ID("message_server_id", "agent_id")}
}
