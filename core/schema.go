package core

import "entgo.io/ent/dialect/sql/schema"

// Schema declares a plugin's tables in PostgreSQL. The migration engine
// compares it with the database at start, before any plugin's Init.
//
//	&core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}
//
// Both variables are generated from the plugin's ent schemas by cmd/entgen.
type Schema struct {
	// Namespace is the PostgreSQL schema that the plugin owns. Empty: derived
	// from the plugin's name; see migration.Namespace.
	Namespace string

	// RenamedFrom is the namespace that the plugin owned before, under this name or
	// another: its tables move with their rows. It may stay as long as databases
	// with the old namespace exist. Empty: none.
	RenamedFrom string

	// Tables are ent's generated table descriptions.
	Tables []*schema.Table

	// Annotations declare what ent cannot: of tables, such as
	// expression and HNSW indexes, references into other namespaces and generated
	// columns, and of the schema, such as views and extensions. The types are in
	// migration/entpg. Empty: none.
	Annotations []SchemaAnnotation

	// Data are the data migrations that accompany schema changes, in the order in
	// which they run. Empty: none.
	Data []DataMigration
}

// SchemaAnnotation is one annotation of a table of the same Schema, or of the Schema
// itself. The engine accepts only the types of migration/entpg.
type SchemaAnnotation interface {
	// TableName returns the table that the annotation belongs to, without its
	// namespace. Empty: it belongs to the schema.
	TableName() string
}
