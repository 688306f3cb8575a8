package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// CacheEntry holds cached values. The table is cache.
type CacheEntry struct{ ent.Schema }

// Mixin implements ent.Interface.
func (CacheEntry) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (CacheEntry) Fields() []ent.Field {
	return []ent.Field{
		entpg.Text("key").Immutable(),
		field.UUID("agent_id", uuid.UUID{}).Immutable(),
		field.JSON("value", json.RawMessage{}),
		field.Time("expires_at").Optional().Nillable().
			Comment("From here on the entry counts as gone. NULL: never."),
	}
}

// Edges implements ent.Interface.
func (CacheEntry) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("agent", Agent.Type).Unique().Required().Immutable().Field("agent_id").
			StorageKey(fk{"cache", "agent_id", "agents", ""}.symbol()).
			Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes implements ent.Interface.
func (CacheEntry) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("agent_id").StorageKey("idx_cache_agent"),
		// For deleting expired entries.
		index.Fields("expires_at").StorageKey("idx_cache_expires").
			Annotations(entsql.IndexWhere("expires_at IS NOT NULL")),
	}
}

// Annotations implements ent.Interface.
func (CacheEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Table("cache"),
		entpg.PrimaryKey("key", "agent_id"),
	}
}
