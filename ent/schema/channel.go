package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// Channel holds the conversations of message servers, shared by their agents
// and users. elizaOS stores the ids, which are UUIDs, as text.
type Channel struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Channel) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Channel) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("message_server_id"),
		entpg.Text("name"),
		entpg.Text("type"),
		entpg.Text("source_type").Optional(),
		entpg.Text("source_id").Optional(),
		entpg.Text("topic").Optional(),
		entpg.Object("metadata").Optional(),
	}
}

// Edges implements ent.Interface.
func (Channel) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("message_server", MessageServer.Type).Ref("channels").Unique().Required().
			Field("message_server_id"),
		toMany("messages", Message.Type, fk{"messages", "channel_id", "channels", entsql.Cascade}),
		toMany("participants", ChannelParticipant.Type,
			fk{"channel_participants", "channel_id", "channels", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Channel) Indexes() []ent.Index {
	return []ent.Index{
		oldest("message_server_id", "idx_channels_server_created"),
		// For the channels of one type, and the direct channel of two users by
		// name.
		index.Fields("message_server_id", "type", "name").StorageKey("idx_channels_server_type_name"),
	}
}

// Annotations implements ent.Interface.
func (Channel) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Checks(map[string]string{"channels_type_check": channelType("type")}),
	}
}
