package entpg

import "entgo.io/ent/schema"

// StorageParameters are the storage parameters of a table.
//
//	ALTER TABLE "logs" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80)
type StorageParameters struct {
	// Table is set by cmd/entgen.
	Table string

	// With are the parameters by name. Other parameters are left as they are,
	// even if they were set by hand. A parameter with the prefix "toast."
	// applies if the table has a toast table, which it has if the values of a
	// column may be moved out of line.
	With map[string]string
}

// TableName implements core.SchemaAnnotation.
func (p *StorageParameters) TableName() string { return p.Table }

// Storage declares storage parameters of the table in the Annotations of an ent
// schema.
//
//	entpg.Storage(map[string]string{"fillfactor": "80", "autovacuum_vacuum_scale_factor": "0.02"})
//
//	ALTER TABLE "logs" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80)
func Storage(parameters map[string]string) schema.Annotation {
	return declared{Storage: parameters}
}

func (p *StorageParameters) validate() error {
	return checkParameters(p.Table, "the table", p.With)
}
