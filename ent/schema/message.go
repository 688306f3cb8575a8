package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// Message holds the history of channels as sent and received; memories are an
// agent's record of it. elizaOS calls the table central_messages.
type Message struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Message) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Message) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("channel_id"),
		// No foreign key, for the reason in ChannelParticipant.
		field.UUID("author_id", uuid.UUID{}),
		entpg.Text("content"),
		field.JSON("raw_message", json.RawMessage{}).Optional(),
		optionalRef("in_reply_to_root_message_id"),
		entpg.Text("source_type").Optional(),
		entpg.Text("source_id").Optional(),
		entpg.Object("metadata").Optional(),
	}
}

// Edges implements ent.Interface.
func (Message) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("channel", Channel.Type).Ref("messages").Unique().Required().Field("channel_id"),
		toMany("replies", Message.Type,
			fk{"messages", "in_reply_to_root_message_id", "messages", entsql.SetNull}),
		edge.From("root", Message.Type).Ref("replies").Unique().Field("in_reply_to_root_message_id"),
	}
}

// Indexes implements ent.Interface.
func (Message) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("channel_id", "created_at", "id").StorageKey("idx_messages_channel_created").
			Annotations(entsql.DescColumns("created_at", "id")),
		index.Fields("author_id").StorageKey("idx_messages_author"),
		index.Fields("in_reply_to_root_message_id").StorageKey("idx_messages_in_reply_to_root"),
	}
}
