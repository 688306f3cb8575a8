package entpg

import (
	"fmt"

	"entgo.io/ent/schema"
)

// RenamedValue declares an earlier name of a value of an enum type, so that it is
// renamed in all rows, and not removed and added. It may stay as long as
// databases with the old name exist; elsewhere it has no effect.
//
//	ALTER TYPE "mood" RENAME VALUE 'sad' TO 'gloomy'
type RenamedValue struct {
	// Table and Column are set by cmd/entgen.
	Table  string
	Column string

	// From is the old name of the value, To the present one.
	From, To string
}

// TableName implements core.SchemaAnnotation.
func (r *RenamedValue) TableName() string { return r.Table }

// ValueRenamedFrom declares, in the Annotations of an Enum, the earlier name of one
// of its values. One column of the type suffices.
//
//	entpg.Enum("mood", "mood_type", "gloomy", "happy").Annotations(entpg.ValueRenamedFrom("sad", "gloomy"))
//
//	ALTER TYPE "mood_type" RENAME VALUE 'sad' TO 'gloomy'
func ValueRenamedFrom(from, to string) schema.Annotation {
	return declared{RenamedValues: []RenamedValue{{From: from, To: to}}}
}

func (r *RenamedValue) validate() error {
	switch {
	case r.From == "" || r.To == "":
		return fmt.Errorf("entpg: column %q of table %q: ValueRenamedFrom(%q, %q) lacks a name: give the old and the present one", r.Column, r.Table, r.From, r.To)
	case r.From == r.To:
		return fmt.Errorf("entpg: column %q of table %q: ValueRenamedFrom(%q, %[3]q) names one value twice: give the old and the present name", r.Column, r.Table, r.From)
	}
	return nil
}
