package entpg

import "entgo.io/ent/schema"

// StorageParameters are a table's.
//
//	ALTER TABLE "logs" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80)
type StorageParameters struct {
	// Table is set by cmd/entgen.
	Table string

	// With are the parameters by name. Parameters that are not named are
	// left as they are, also when somebody has set them by hand. One that
	// begins with "toast." holds while PostgreSQL keeps a toast table, which it
	// does where a column's values may be moved out of the rows.
	With map[string]string
}

// TableName implements core.SchemaExtra.
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
