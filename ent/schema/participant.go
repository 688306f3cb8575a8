package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/migration/entpg"
)

// Participant holds the participants of rooms, once per agent. elizaOS allows
// duplicate rows.
type Participant struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Participant) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Participant) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		ref("entity_id"),
		ref("room_id"),
		ref("agent_id"),
		entpg.Text("room_state").Optional().Nillable().
			Comment("FOLLOWED, MUTED, or NULL for neither."),
	}
}

// Edges implements ent.Interface.
func (Participant) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("entity", Entity.Type).Ref("participants").Unique().Required().Field("entity_id"),
		edge.From("room", Room.Type).Ref("participants").Unique().Required().Field("room_id"),
		toOne("agent", Agent.Type, fk{"participants", "agent_id", "agents", entsql.Cascade}),
	}
}

// Indexes implements ent.Interface.
func (Participant) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("room_id", "entity_id", "agent_id").Unique().
			StorageKey("participants_room_entity_agent_key"),
		index.Fields("entity_id").StorageKey("idx_participants_user"),
		index.Fields("agent_id").StorageKey("idx_participants_agent"),
	}
}

// Annotations implements ent.Interface.
func (Participant) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Checks(map[string]string{
			"participants_room_state_check": oneOf("room_state", "FOLLOWED", "MUTED"),
		}),
	}
}
