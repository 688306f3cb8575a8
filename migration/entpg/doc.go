// Package entpg declares PostgreSQL features that ent lacks. It is for authors
// of ent schemas, of core or of a plugin; docs/schemas.md has examples.
//
// Fields: [ID], [Text], [Object], [Vector], [HalfVector], [SparseVector],
// [TextArray], [Int64Array], [UUIDArray], [Enum], and the mixin [Timestamps].
//
// Annotations of a field: [References], [ForeignKey], [Generated], [Identity],
// [ColumnStorage], [RenamedFrom].
//
// Annotations of a schema: [Namespace], [PrimaryKey], [Indexes] (with [HNSW],
// [HNSWHalf] and [IVFFlat]), [UniqueKeys], [Exclusions], [RowLevelSecurity],
// [ForceRowLevelSecurity], [Policies], [Storage], [Extensions], [Views], [Online],
// [RenamedFrom], and [ReadOnly] and [TableOnly], which say how much of a client
// is generated. The mixin [StandIn] makes a schema a stand-in for a table of
// another schema owner.
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
// Fields and mixins act on ent directly. Everything else is an annotation:
// cmd/entgen writes it to migrate/annotations.go beside the generated client, as
// values that implement core.SchemaAnnotation, and the migration engine renders SQL
// from them. Each declaration documents its SQL. Mistakes are found when the
// client is generated, and the error says what to do.
//
// SQL in a declaration (expressions, conditions) may refer without
// qualification to types, tables and functions of the plugin's own namespace,
// of core's, of the plugins' that it depends on, and of extensions.
package entpg
