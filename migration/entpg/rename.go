package entpg

import (
	"fmt"

	"entgo.io/ent/schema"
)

// Renamed declares an earlier name of a table or column, so that it is renamed
// with its data, and not dropped and created again. It may stay as long as
// databases with the old name exist; elsewhere it has no effect.
//
//	ALTER TABLE "people" RENAME TO "users";
//	ALTER TABLE "users" RENAME COLUMN "mail" TO "email"
type Renamed struct {
	// Table and Column are the current names. They are set by cmd/entgen. Column
	// is empty if the table was renamed.
	Table  string
	Column string

	// From is the old name.
	From string
}

// TableName implements core.SchemaAnnotation.
func (r *Renamed) TableName() string { return r.Table }

// RenamedFrom declares the earlier name of a column, in the Annotations of its
// field, or of a table, in those of its schema. If it was renamed twice,
// declare both names.
//
//	entpg.Text("email").Annotations(entpg.RenamedFrom("mail"))
//
//	ALTER TABLE "users" RENAME COLUMN "mail" TO "email"
func RenamedFrom(name string) schema.Annotation {
	return declared{Renamed: []string{name}}
}

func (r *Renamed) validate() error {
	kind, now := "the table that it was renamed from", r.Table
	if r.Column != "" {
		kind, now = fmt.Sprintf("the column that column %q was renamed from", r.Column), r.Column
	}
	if err := checkName(r.Table, kind, r.From); err != nil {
		return err
	}
	if r.From == now {
		return fmt.Errorf("entpg: table %q: RenamedFrom(%q) names the present name: give the old one", r.Table, r.From)
	}
	return nil
}
