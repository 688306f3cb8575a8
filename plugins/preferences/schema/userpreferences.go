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

// Namespace is the PostgreSQL schema that the plugin owns alone.
const Namespace = "plugin_preferences"

// UserPreferences is what one user prefers. It has no agent_id: an agent knows
// its users by ids of its own (core.ScopedID), and user_id is such an id.
type UserPreferences struct{ ent.Schema }

// Mixin adds created_at and updated_at.
func (UserPreferences) Mixin() []ent.Mixin { return []ent.Mixin{entpg.Timestamps{}} }

// Fields of the table.
func (UserPreferences) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		// Unique, so that two messages at once cannot make two rows of one
		// user; it is also what the repository's upsert stands on.
		field.UUID("user_id", uuid.UUID{}).
			Immutable().
			Unique().
			Annotations(entpg.References("public", "entities", "id", entpg.Cascade)),
		field.JSON("preferences", map[string]string{}).
			Default(map[string]string{}).
			Annotations(entsql.Default("{}")),
	}
}

// Annotations put the table into the plugin's namespace.
func (UserPreferences) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.Namespace(Namespace),
		entsql.Annotation{Table: "user_preferences"},
	}
}
