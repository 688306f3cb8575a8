package entpg

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
