// Package entpg says about PostgreSQL what ent alone cannot: vector columns,
// text arrays, expression, partial and HNSW indexes, composite primary keys,
// generated columns and foreign keys into another namespace. It is for whoever
// writes the ent schemas of core or of a plugin.
//
//	type Note struct{ ent.Schema }
//
//	func (Note) Mixin() []ent.Mixin { return []ent.Mixin{entpg.Timestamps{}} }
//
//	func (Note) Fields() []ent.Field {
//		return []ent.Field{
//			entpg.ID(),
//			entpg.TextArray("tags"),
//			entpg.Vector("embedding", 384).Optional().Nillable(),
//			field.UUID("user_id", uuid.UUID{}).
//				Annotations(entpg.References("public", "entities", "id", entpg.Cascade)),
//		}
//	}
//
//	func (Note) Annotations() []schema.Annotation {
//		return []schema.Annotation{
//			entpg.Namespace("notes"),
//			entpg.Indexes(entpg.HNSW("idx_notes_embedding", "embedding", entpg.VectorCosine)),
//		}
//	}
//
// Fields and mixins act on ent directly. Everything else travels as an
// annotation: cmd/entgen writes it into migrate/extras.go beside the generated
// client, as values that implement core.SchemaExtra, and the migration engine
// makes SQL of them. Each declaration shows the SQL that it yields.
package entpg
