package entpg

import (
	"fmt"

	"entgo.io/ent/schema"
)

// Renamed says what a table or a column was called before, so that it is
// renamed, with its rows, and not dropped and made anew. It may stay for as
// long as there are databases that know the old name; where there is nothing of
// that name it says nothing.
//
//	ALTER TABLE "people" RENAME TO "users";
//	ALTER TABLE "users" RENAME COLUMN "mail" TO "email"
type Renamed struct {
	// Table and Column are set by cmd/entgen: the names of today. Column is
	// empty where the table was renamed.
	Table  string
	Column string

	// From is the old name.
	From string
}

// TableName implements core.SchemaExtra.
func (r *Renamed) TableName() string { return r.Table }

// RenamedFrom declares the name that a column had before, in the Annotations of
// its field, or the name that a table had, in those of its schema. What was
// renamed twice declares both names.
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
