package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Memory holds the memories of agents: messages received and sent, facts,
// documents and their fragments.
type Memory struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Memory) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Memory) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.Text("type"),
		field.JSON("content", core.Content{}),
		optionalRef("entity_id"),
		ref("agent_id"),
		optionalRef("room_id"),
		optionalRef("world_id"),
		field.Bool("unique").Default(true).Annotations(entsql.DefaultExpr("true")),
		field.JSON("metadata", core.MemoryMetadata{}).
			Default(core.MemoryMetadata{}).Annotations(entsql.Default("{}")),
		entpg.Text("text_config").Default(DefaultTextConfig).
			Comment("The agent's, when the memory was made."),
	}
}

// Edges implements ent.Interface.
func (Memory) Edges() []ent.Edge {
	return []ent.Edge{
		toOptional("entity", Entity.Type, fk{"memories", "entity_id", "entities", entsql.Cascade}),
		toOne("agent", Agent.Type, fk{"memories", "agent_id", "agents", entsql.Cascade}),
		toOptional("room", Room.Type, fk{"memories", "room_id", "rooms", entsql.Cascade}),
		toOptional("world", World.Type, fk{"memories", "world_id", "worlds", entsql.SetNull}),
		edge.To("embedding", Embedding.Type).Unique().
			StorageKey(fk{"embeddings", "memory_id", "memories", ""}.symbol()).
			Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes implements ent.Interface.
func (Memory) Indexes() []ent.Index {
	// Memories are listed by type, newest first, for an agent, room, world or
	// entity. The id breaks ties, so that pages never overlap.
	newest := func(column, name string) ent.Index {
		return index.Fields(column, "type", "created_at", "id").StorageKey(name).
			Annotations(entsql.DescColumns("created_at", "id"))
	}
	return []ent.Index{
		newest("agent_id", "idx_memories_agent_type_created"),
		newest("room_id", "idx_memories_room_type_created"),
		newest("world_id", "idx_memories_world_type_created"),
		newest("entity_id", "idx_memories_entity_type_created"),
	}
}

// Annotations implements ent.Interface. A CHECK is parsed at every insert, so
// the text configuration is checked in agents, where it comes from.
func (Memory) Annotations() []schema.Annotation {
	return []schema.Annotation{
		// A memory is written with its vector, its agent's text configuration and
		// the mark of a duplicate, by plugins/sql. A builder would write the row
		// alone.
		entpg.ReadOnly(),
		entsql.Checks(map[string]string{
			"document_metadata_check": "CASE WHEN metadata ->> 'type' = 'document'" +
				" THEN metadata ? 'timestamp' ELSE true END",
			"fragment_metadata_check": "CASE WHEN metadata ->> 'type' = 'fragment'" +
				" THEN metadata ? 'documentId' AND metadata ? 'position' ELSE true END",
		}),
		// The fragments of a document in their order. A query with
		// metadata ->> 'documentId' = $1 may use it, as = is never true of
		// NULL.
		entpg.Indexes(entpg.Index{
			Name:  "idx_memories_fragments",
			Parts: []entpg.Part{{Expr: "metadata ->> 'documentId'"}, {Expr: "metadata -> 'position'"}},
			Where: "metadata ->> 'documentId' IS NOT NULL",
		}, entpg.Index{
			// For containment filters on metadata.
			Name:  "idx_memories_metadata",
			Using: "gin",
			Parts: []entpg.Part{{Column: "metadata", OpClass: "jsonb_path_ops"}},
		}, entpg.Index{
			Name:  "idx_memories_text",
			Using: "gin",
			Parts: []entpg.Part{{Expr: TextVector("content", "text_config")}},
		}),
	}
}
