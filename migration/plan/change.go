package plan

import (
	"fmt"
	"strings"
)

// Kind says what a change is.
type Kind string

// The kinds of changes.
const (
	AddExtension     Kind = "add_extension"
	AddNamespace     Kind = "add_namespace"
	AddTable         Kind = "add_table"
	AddColumn        Kind = "add_column"
	AddIndex         Kind = "add_index"
	AddPrimaryKey    Kind = "add_primary_key"
	AddForeignKey    Kind = "add_foreign_key"
	AddCheck         Kind = "add_check"
	AddUnique        Kind = "add_unique"
	AddExclusion     Kind = "add_exclusion"
	AddDefault       Kind = "add_default"
	AddEnum          Kind = "add_enum"
	AddPolicy        Kind = "add_policy"
	AddRowSecurity   Kind = "add_row_security"
	SetStorage       Kind = "set_storage"        // a storage parameter of a table
	SetColumnStorage Kind = "set_column_storage" // for values that are written from now on
	SetComment       Kind = "set_comment"
	SetNotNull       Kind = "set_not_null"
	RenameTable      Kind = "rename_table"
	RenameColumn     Kind = "rename_column"
	RenameIndex      Kind = "rename_index"
	RenameConstraint Kind = "rename_constraint"
	RenamePolicy     Kind = "rename_policy"

	AlterTable         Kind = "alter_table" // logged or not
	AlterType          Kind = "alter_type"  // of a column
	AlterDefault       Kind = "alter_default"
	AlterGenerated     Kind = "alter_generated"
	AlterIdentity      Kind = "alter_identity"
	AlterCollation     Kind = "alter_collation"
	AlterIndex         Kind = "alter_index"
	AlterConstraint    Kind = "alter_constraint"
	ValidateConstraint Kind = "validate_constraint"
	AlterEnum          Kind = "alter_enum"
	AlterPolicy        Kind = "alter_policy"
	AlterRowSecurity   Kind = "alter_row_security"

	DropTable          Kind = "drop_table"
	DropColumn         Kind = "drop_column"
	DropIndex          Kind = "drop_index"
	DropConstraint     Kind = "drop_constraint"
	DropDefault        Kind = "drop_default"
	DropNotNull        Kind = "drop_not_null"
	DropEnum           Kind = "drop_enum"
	DropPolicy         Kind = "drop_policy"
	DropRowSecurity    Kind = "drop_row_security"
	ResetStorage       Kind = "reset_storage"        // a storage parameter of a table
	ResetColumnStorage Kind = "reset_column_storage" // to what the column's type has by itself
	DropComment        Kind = "drop_comment"

	AddView   Kind = "add_view"
	AlterView Kind = "alter_view"
	DropView  Kind = "drop_view"

	// AdoptView is a view that is in the way: it has the name of one of the unit's,
	// differs from it, and history does not know it.
	AdoptView Kind = "adopt_view"

	// AdoptTable is a table that is in the way: it has the name of one of the
	// unit's, differs from it, and history does not know it.
	AdoptTable Kind = "adopt_table"
)

// Class says what a change puts at risk.
type Class string

// The classes. Locking changes are not told from safe ones yet.
const (
	Safe          Class = "safe"           // can neither fail for the data nor lose any
	DataDependent Class = "data-dependent" // fails, all of it, if rows stand against it
	Destructive   Class = "destructive"    // can lose data
)

// Change is one difference between the database and what the units declare,
// with what it means for the rows that are there.
type Change struct {
	// Unit is the plugin that owns the object.
	Unit string `json:"unit"`

	Kind  Kind  `json:"kind"`
	Class Class `json:"class"`

	// Object is its full name, as "public.memories.precious".
	Object string `json:"object"`

	// From and To are the object's definitions in the database and in the
	// schema, in PostgreSQL's own words. Empty where there is none.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`

	// Rows is how many rows stand against the change, or would lose
	// something. It is counted up to a million and one.
	Rows int64 `json:"rows"`

	// Stake says what it is about these rows. Empty when Rows is zero.
	Stake string `json:"stake,omitempty"`

	// Hint is a way to get around the loss, where there is one.
	Hint string `json:"hint,omitempty"`

	// Refused says what the policy decided.
	Refused bool `json:"refused,omitempty"`
}

// RowLimit is where counting stops.
const RowLimit = 1_000_000

// String is the change in words, as in the errors.
func (c Change) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", strings.ReplaceAll(string(c.Kind), "_", " "), c.Object)
	switch {
	case c.From != "" && c.To != "":
		fmt.Fprintf(&b, " from %s to %s", c.From, c.To)
	case c.Kind == RenameTable, c.Kind == RenameColumn, c.Kind == RenameIndex, c.Kind == RenameConstraint, c.Kind == RenamePolicy:
		fmt.Fprintf(&b, " to %s", c.To)
	case c.To != "" && c.Kind != AddTable:
		fmt.Fprintf(&b, " %s", c.To)
	}
	if c.Stake != "" {
		fmt.Fprintf(&b, " (%s %s)", rowCount(c.Rows), c.Stake)
	}
	return b.String()
}

// rowCount is a number of rows in words.
func rowCount(n int64) string {
	switch {
	case n > RowLimit:
		return "over 1000000 rows"
	case n == 1:
		return "1 row"
	default:
		return fmt.Sprintf("%d rows", n)
	}
}
