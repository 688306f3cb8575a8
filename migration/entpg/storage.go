package entpg

// StorageParameters are a table's.
//
//	ALTER TABLE "logs" SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80)
type StorageParameters struct {
	// Table is set by cmd/entgen.
	Table string

	// With are the parameters by name. Parameters that are not named are
	// left as they are, also when somebody has set them by hand.
	With map[string]string
}

// TableName implements core.SchemaExtra.
func (p *StorageParameters) TableName() string { return p.Table }
