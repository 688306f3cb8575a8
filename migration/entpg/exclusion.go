package entpg

// Exclusion is an EXCLUDE constraint: no two rows for which all operators hold.
// Comparing plain columns with = in a gist index takes the extension
// btree_gist (see Extensions).
//
//	CONSTRAINT "bookings_overlap" EXCLUDE USING gist ("room" WITH =, "during" WITH &&) WHERE (NOT cancelled)
type Exclusion struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is required, unique in the namespace, at most 63 bytes.
	Name string

	// Using is the access method. Empty means gist.
	Using string

	// Parts are compared between any two rows, each with its operator. At
	// least one.
	Parts []ExclusionPart

	// Where restricts the constraint to the rows it is true for, in SQL.
	// Empty means all rows.
	Where string

	// Deferral says when the constraint is checked. Empty means with every
	// row.
	Deferral Deferral
}

// ExclusionPart is one comparison of an Exclusion.
type ExclusionPart struct {
	// Column is the column's name. Either it or Expr is set.
	Column string

	// Expr is an SQL expression over the table's columns, without
	// parentheses around it.
	Expr string

	// OpClass is the operator class. Empty means the type's default.
	OpClass string

	// Operator compares, such as "=" or "&&". Required, and commutative.
	Operator string
}

// TableName implements core.SchemaExtra.
func (x *Exclusion) TableName() string { return x.Table }
