package entpg

import "entgo.io/ent/schema"

// Extension is a PostgreSQL extension that the schema needs. It is created in
// public if it does not exist, and never dropped, since others may use it. Tables
// with vectors need not declare "vector".
//
//	CREATE EXTENSION IF NOT EXISTS "pg_trgm" WITH SCHEMA public
type Extension struct {
	// Table is the table whose ent schema declares the extension, for error
	// messages. It is set by cmd/entgen.
	Table string

	// Name is the extension's name.
	Name string
}

// TableName implements core.SchemaAnnotation. It returns "", as an extension belongs to
// the schema.
func (x *Extension) TableName() string { return "" }

// Extensions declares extensions that the table needs, in the Annotations of an
// ent schema. They must be installed on the server.
//
//	entpg.Extensions("pg_trgm", "btree_gist")
//
//	CREATE EXTENSION IF NOT EXISTS "btree_gist" WITH SCHEMA public;
//	CREATE EXTENSION IF NOT EXISTS "pg_trgm" WITH SCHEMA public
func Extensions(names ...string) schema.Annotation {
	return declared{Extensions: names}
}

func (x *Extension) validate() error { return checkName(x.Table, "an extension", x.Name) }
