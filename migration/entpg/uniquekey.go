package entpg

// UniqueKey is a UNIQUE constraint. It differs from a unique index in that it
// may be deferred, and other tables may refer to it.
//
//	CONSTRAINT "steps_position_key" UNIQUE ("goal_id", "position") DEFERRABLE INITIALLY DEFERRED
type UniqueKey struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is required, unique in the namespace, at most 63 bytes.
	Name string

	// Columns are what is unique together. At least one.
	Columns []string

	// Include are columns that the constraint's index stores beside them:
	// INCLUDE ("a", "b"). Empty means none.
	Include []string

	// NullsNotDistinct takes NULLs as equal: UNIQUE NULLS NOT DISTINCT.
	// Defaults to false. PostgreSQL 15 or newer.
	NullsNotDistinct bool

	// Deferral says when the constraint is checked. Empty means with every
	// row.
	Deferral Deferral
}

// TableName implements core.SchemaExtra.
func (k *UniqueKey) TableName() string { return k.Table }
