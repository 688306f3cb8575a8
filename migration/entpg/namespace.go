package entpg

import (
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
)

// Namespace declares, in the Annotations of an ent schema, the PostgreSQL
// schema that the table lives in. The generated client names it in every query,
// so that no search_path matters. All schemas of a plugin name the same one,
// the one that the plugin owns (migration.Namespace of its name, unless it says
// otherwise).
//
//	SELECT ... FROM "preferences"."user_preferences"
func Namespace(name string) schema.Annotation {
	return entsql.Schema(name)
}
