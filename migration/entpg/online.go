package entpg

// OnlineObjects are indexes and constraints of a table that are added to rows
// that are there without keeping others from writing: CREATE INDEX
// CONCURRENTLY, and NOT VALID followed by VALIDATE CONSTRAINT. That is done for
// large tables in any case. It happens after the migration's transaction, and
// is taken up again at the next start when it was interrupted.
type OnlineObjects struct {
	// Table is set by cmd/entgen.
	Table string

	// Names are those of indexes, foreign keys and checks.
	Names []string
}

// TableName implements core.SchemaExtra.
func (o *OnlineObjects) TableName() string { return o.Table }
