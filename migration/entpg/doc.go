// Package entpg says about PostgreSQL what ent alone cannot. It is for whoever
// writes the ent schemas of core or of a plugin; docs/schemas.md tells it with
// examples.
//
// Fields: [ID], [Text], [Object], [Vector], [HalfVector], [SparseVector],
// [TextArray], [Int64Array], [UUIDArray], [Enum], and the mixin [Timestamps].
//
// Annotations of a field: [References], [ForeignKey], [Generated], [Identity],
// [ColumnStorage], [RenamedFrom].
//
// Annotations of a schema: [Namespace], [PrimaryKey], [Indexes] (with [HNSW],
// [HNSWHalf] and [IVFFlat]), [UniqueKeys], [Exclusions], [RowLevelSecurity],
// [ForceRowLevelSecurity], [Policies], [Storage], [Extensions], [Online],
// [RenamedFrom], and [ReadOnly] and [TableOnly], which say how much of a client
// is generated. The mixin [StandIn] makes a schema stand for a table of another
// unit.
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
// makes SQL of them. Each declaration shows the SQL that it yields. Mistakes are
// found when the client is generated, and the error says what to do.
//
// SQL in a declaration (expressions, conditions) finds types, tables and
// functions of the plugin's own namespace, of core's and of the plugins' that it
// depends on, and of extensions, without naming theirs.
package entpg
