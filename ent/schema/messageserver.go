package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"

	"github.com/elizago/elizago/migration/entpg"
)

// MessageServer holds the groups of channels that agents of this database can
// be added to.
type MessageServer struct{ ent.Schema }

// Mixin implements ent.Interface.
func (MessageServer) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (MessageServer) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.Text("name"),
		entpg.Text("source_type"),
		entpg.Text("source_id").Optional(),
		entpg.Object("metadata").Optional(),
	}
}

// Edges implements ent.Interface.
func (MessageServer) Edges() []ent.Edge {
	return []ent.Edge{
		toMany("channels", Channel.Type, fk{"channels", "message_server_id", "message_servers", entsql.Cascade}),
		edge.To("agents", Agent.Type).
			Through("message_server_agents", MessageServerAgent.Type),
	}
}
