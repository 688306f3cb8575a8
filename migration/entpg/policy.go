package entpg

// RowSecurity turns row-level security on: without a policy nobody but the
// table's owner sees a row.
//
//	ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE "notes" FORCE ROW LEVEL SECURITY
type RowSecurity struct {
	// Table is set by cmd/entgen.
	Table string

	// Force makes the policies hold for the table's owner, too. Defaults to
	// false.
	Force bool
}

// TableName implements core.SchemaExtra.
func (r *RowSecurity) TableName() string { return r.Table }

// Policy says which rows somebody may see or write. It has an effect where
// row-level security is on.
//
//	CREATE POLICY "own_rows" ON "notes" AS PERMISSIVE FOR SELECT TO PUBLIC
//	USING (user_id = current_setting('app.user_id')::uuid)
type Policy struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is required, unique for the table, at most 63 bytes.
	Name string

	// Restrictive policies must all hold; of the others, one must. Defaults
	// to false.
	Restrictive bool

	// For is the command: Select, Insert, Update, Delete. Empty means all.
	For Command

	// To are the roles, which must exist. Empty means PUBLIC, everybody.
	To []string

	// Using is the condition on rows that are there, in SQL. Empty means
	// none. Not for Insert.
	Using string

	// Check is the condition on rows that are written, in SQL. Empty means
	// the same as Using. Not for Select and Delete.
	Check string
}

// TableName implements core.SchemaExtra.
func (p *Policy) TableName() string { return p.Table }

// Command is what a Policy is about.
type Command string

// The commands.
const (
	Select Command = "SELECT"
	Insert Command = "INSERT"
	Update Command = "UPDATE"
	Delete Command = "DELETE"
)
