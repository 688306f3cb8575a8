package plan

import (
	"fmt"
	"strings"
)

// Kind is the kind of a change.
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
	SetColumnStorage Kind = "set_column_storage" // the storage mode; existing values keep theirs
	SetComment       Kind = "set_comment"
	SetNotNull       Kind = "set_not_null"
	RenameNamespace  Kind = "rename_namespace"
	RenameTable      Kind = "rename_table"
	RenameColumn     Kind = "rename_column"
	RenameIndex      Kind = "rename_index"
	RenameConstraint Kind = "rename_constraint"
	RenamePolicy     Kind = "rename_policy"
	RenameValue      Kind = "rename_value" // of an enum type

	AlterTable         Kind = "alter_table" // logged or unlogged
	AlterType          Kind = "alter_type"  // the type of a column
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
	ResetColumnStorage Kind = "reset_column_storage" // to the default of the column's type
	DropComment        Kind = "drop_comment"

	AddView   Kind = "add_view"
	AlterView Kind = "alter_view"
	DropView  Kind = "drop_view"

	// AdoptView is an existing view that has the name of a declared one and
	// differs from it, and that no recorded run has created.
	AdoptView Kind = "adopt_view"

	// AdoptTable is an existing table that has the name of a declared one and
	// differs from it, and that no recorded run has created.
	AdoptTable Kind = "adopt_table"
)

// Class is the risk of a change.
type Class string

// The classes. They do not say how long a change locks its table.
const (
	Safe          Class = "safe"           // cannot fail because of the data, and loses none
	DataDependent Class = "data-dependent" // fails if existing rows violate it
	Destructive   Class = "destructive"    // can lose data
)

// Change is one difference between the database and the declared schemas, with
// its effect on existing rows.
type Change struct {
	// Unit is the name of the plugin that owns the object.
	Unit string `json:"unit"`

	Kind  Kind  `json:"kind"`
	Class Class `json:"class"`

	// Object is the qualified name of the object, such as
	// "public.memories.precious".
	Object string `json:"object"`

	// From and To are the definitions of the object in the database and in the
	// schema, as PostgreSQL prints them. Empty: there is none.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`

	// Rows is the number of rows that violate the change or lose data by it.
	// Counting stops at RowLimit+1.
	Rows int64 `json:"rows"`

	// Impact describes these rows, such as "with a value in it". It may be empty
	// if Rows is zero.
	Impact string `json:"stake,omitempty"`

	// Hint says how to avoid the loss or the failure. Empty: no advice.
	Hint string `json:"hint,omitempty"`

	// NoForce reports that the change is refused with force as well. Hint says
	// what to do instead.
	NoForce bool `json:"noForce,omitempty"`

	// Refused reports whether the policy refuses the change.
	Refused bool `json:"refused,omitempty"`
}

// RowLimit is the largest number of rows that is counted exactly. A higher
// Change.Rows means more than RowLimit rows.
const RowLimit = 1_000_000

// String returns the change in words, as error messages and logs print it.
func (c Change) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", strings.ReplaceAll(string(c.Kind), "_", " "), c.Object)
	switch {
	case c.From != "" && c.To != "":
		fmt.Fprintf(&b, " from %s to %s", c.From, c.To)
	case c.Kind == RenameNamespace, c.Kind == RenameTable, c.Kind == RenameColumn, c.Kind == RenameIndex, c.Kind == RenameConstraint, c.Kind == RenamePolicy, c.Kind == RenameValue:
		fmt.Fprintf(&b, " to %s", c.To)
	case c.To != "" && c.Kind != AddTable:
		fmt.Fprintf(&b, " %s", c.To)
	}
	if c.Impact != "" {
		things := rowCount(c.Rows)
		if c.Kind == AddNamespace {
			things = "empty tables"
		}
		fmt.Fprintf(&b, " (%s %s)", things, c.Impact)
	}
	return b.String()
}

// rowCount returns a number of rows in words.
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
