package entpg

import (
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
)

// Namespace declares, in the Annotations of an ent schema, the PostgreSQL
// schema of the table. The generated client qualifies every query with it,
// independent of search_path. All schemas of a plugin declare the same one,
// which the plugin owns (migration.Namespace of its name by default).
//
//	SELECT ... FROM "preferences"."user_preferences"
func Namespace(name string) schema.Annotation {
	return entsql.Schema(name)
}
