// Package schema declares the tables of the preferences plugin. The client in
// ../ent is generated from it: change a field here, run `make generate`, and
// the column is there at the next start.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// Namespace is the plugin's PostgreSQL schema.
const Namespace = "plugin_preferences"

// UserPreferences holds the preferences of one user. It has no agent_id:
// user_id is already specific to an agent (core.ScopedID).
type UserPreferences struct{ ent.Schema }

// Mixin adds created_at and updated_at.
func (UserPreferences) Mixin() []ent.Mixin { return []ent.Mixin{entpg.Timestamps{}} }

// Fields of the table.
func (UserPreferences) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		// Unique, so that concurrent messages cannot insert two rows for a
		// user; the repository's upsert relies on it.
		field.UUID("user_id", uuid.UUID{}).
			Immutable().
			Unique().
			Annotations(entpg.References("public", "entities", "id", entpg.Cascade)),
		field.JSON("preferences", map[string]string{}).
			Default(map[string]string{}).
			Annotations(entsql.Default("{}")),
	}
}

// Annotations places the table in the plugin's namespace.
func (UserPreferences) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.Namespace(Namespace),
		entsql.Annotation{Table: "user_preferences"},
	}
}
