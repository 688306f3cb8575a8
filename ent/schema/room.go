package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Room holds the places of conversation, as known to one agent.
type Room struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Room) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Room) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		optionalRef("agent_id"),
		entpg.Text("source"),
		entpg.Text("type"),
		// No foreign key, see World.
		field.UUID("message_server_id", uuid.UUID{}).Optional(),
		optionalRef("world_id"),
		entpg.Text("name").Optional(),
		entpg.Object("metadata").Optional(),
		// Text, since it is the platform's own id.
		entpg.Text("channel_id").Optional(),
	}
}

// Edges implements ent.Interface.
func (Room) Edges() []ent.Edge {
	return []ent.Edge{
		toOptional("agent", Agent.Type, fk{"rooms", "agent_id", "agents", entsql.Cascade}),
		edge.From("world", World.Type).Ref("rooms").Unique().Field("world_id"),
		toMany("participants", Participant.Type, fk{"participants", "room_id", "rooms", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Room) Indexes() []ent.Index {
	return []ent.Index{
		oldest("agent_id", "idx_rooms_agent"),
		oldest("world_id", "idx_rooms_world"),
		index.Fields("message_server_id").StorageKey("idx_rooms_message_server"),
		index.Fields("channel_id").StorageKey("idx_rooms_channel"),
	}
}

// Annotations implements ent.Interface.
func (Room) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Checks(map[string]string{"rooms_type_check": channelType("type")}),
	}
}

// channelType returns the CHECK for a column with the type of a room or
// channel.
func channelType(column string) string {
	var names []string
	for _, kind := range core.ChannelTypes() {
		names = append(names, string(kind))
	}
	return oneOf(column, names...)
}
