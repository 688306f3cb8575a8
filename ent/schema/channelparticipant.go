package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// ChannelParticipant holds the participants of channels.
type ChannelParticipant struct{ ent.Schema }

// Mixin implements ent.Interface.
func (ChannelParticipant) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (ChannelParticipant) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("channel_id", uuid.UUID{}).Immutable(),
		// No foreign key: an entity belongs to one agent, and a user may be in
		// a channel before an agent knows them.
		field.UUID("entity_id", uuid.UUID{}).Immutable(),
		entpg.CreatedAt(),
	}
}

// Edges implements ent.Interface.
func (ChannelParticipant) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("channel", Channel.Type).Ref("participants").Unique().Required().Immutable().
			Field("channel_id"),
	}
}

// Indexes implements ent.Interface.
func (ChannelParticipant) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("entity_id").StorageKey("idx_channel_participants_entity"),
	}
}

// Annotations implements ent.Interface.
func (ChannelParticipant) Annotations() []schema.Annotation {
	return []schema.Annotation{entpg.PrimaryKey("channel_id", "entity_id")}
}
