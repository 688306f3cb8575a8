package entpg

// Extension is an extension of PostgreSQL that a table needs. It is created in
// public when it is missing, and never dropped, since others may use it.
// Tables with vectors need not name "vector".
//
//	CREATE EXTENSION IF NOT EXISTS "pg_trgm" WITH SCHEMA public
type Extension struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is the extension's.
	Name string
}

// TableName implements core.SchemaExtra.
func (x *Extension) TableName() string { return x.Table }
