package entpg

// EnumType is an enumeration type of PostgreSQL's own, in the plugin's
// namespace, and a column of that type. Columns may share a type when they
// declare the same values. Values are added and removed like everything else:
// rows that hold a value that goes are at stake.
//
//	CREATE TYPE "mood" AS ENUM ('sad', 'fine', 'happy');
//	"mood" mood NOT NULL
type EnumType struct {
	// Table and Column are set by cmd/entgen.
	Table  string
	Column string

	// Name is the type's, unique among the types and tables of the
	// namespace, at most 63 bytes.
	Name string

	// Values are in the order in which they compare. At least one, each at
	// most 63 bytes.
	Values []string
}

// TableName implements core.SchemaExtra.
func (e *EnumType) TableName() string { return e.Table }
