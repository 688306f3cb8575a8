package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// AgentIdentity holds which entity, room or world of an agent a source, such as
// discord, means by an id of its own.
type AgentIdentity struct{ ent.Schema }

// Mixin implements ent.Interface.
func (AgentIdentity) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// Fields implements ent.Interface.
func (AgentIdentity) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("agent_id", uuid.UUID{}).Immutable(),
		entpg.Text("source").Immutable(),
		entpg.Text("kind").Immutable(),
		entpg.Text("external_id").Immutable(),
		// No foreign key: the row is in one of three tables, and what is deleted
		// comes back under the same id.
		field.UUID("identity", uuid.UUID{}).Comment("The id of the entity, room or world."),
		entpg.CreatedAt(),
	}
}

// Edges implements ent.Interface.
func (AgentIdentity) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("agent", Agent.Type).Unique().Required().Immutable().Field("agent_id").
			StorageKey(fk{"agent_identities", "agent_id", "agents", ""}.symbol()).
			Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Annotations implements ent.Interface.
func (AgentIdentity) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.TableOnly(),
		entsql.Table("agent_identities"),
		entpg.PrimaryKey("agent_id", "source", "kind", "external_id"),
		entsql.Checks(map[string]string{
			"agent_identities_kind_check": oneOf("kind", "entity", "room", "world"),
		}),
	}
}
