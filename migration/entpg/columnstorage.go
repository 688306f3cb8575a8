package entpg

import (
	"fmt"
	"slices"

	"entgo.io/ent/schema"
)

// StorageMode is how PostgreSQL stores the values of a column: whether it
// compresses large values, and moves them out of line, in a row above about 2
// kB.
type StorageMode string

// The storage modes. Every type has a default: StorageExternal for pgvector's
// types, StorageMain for numeric, StorageExtended for text, jsonb and most
// others, StoragePlain for types of a fixed size, which support no other.
const (
	// StoragePlain keeps values in the row, uncompressed. PostgreSQL rejects a
	// row that does not fit into a page of 8 kB.
	StoragePlain StorageMode = "PLAIN"
	// StorageMain compresses values, and moves them out of line only if the row
	// does not fit into a page otherwise.
	StorageMain StorageMode = "MAIN"
	// StorageExternal moves values out of line, uncompressed.
	StorageExternal StorageMode = "EXTERNAL"
	// StorageExtended compresses values, then moves them out of line.
	StorageExtended StorageMode = "EXTENDED"
)

// StorageModes lists all storage modes.
var StorageModes = []StorageMode{StoragePlain, StorageMain, StorageExternal, StorageExtended}

// StoredColumn is a column with a declared storage mode.
type StoredColumn struct {
	// Table and Column are set by cmd/entgen.
	Table  string
	Column string

	// Storage is how the values are stored. Required.
	Storage StorageMode
}

// TableName implements core.SchemaAnnotation.
func (s *StoredColumn) TableName() string { return s.Table }

// ColumnStorage declares, in the Annotations of a field, how PostgreSQL stores
// the column's values; it may be combined with Generated. A vector that every
// search reads is faster in the row than out of line. A change does not rewrite
// the table: existing values keep their storage until they are next written.
// With StoragePlain, a migration that rewrites the table fails as a whole if a
// row does not fit into a page. For the table's storage parameters see
// [Storage].
//
//	entpg.ColumnStorage(entpg.StoragePlain)
//
//	ALTER TABLE "notes" ALTER COLUMN "embedding" SET STORAGE PLAIN
func ColumnStorage(mode StorageMode) schema.Annotation {
	return declared{Stored: []StoredColumn{{Storage: mode}}}
}

func (s *StoredColumn) validate() error {
	if !slices.Contains(StorageModes, s.Storage) {
		return fmt.Errorf("entpg: column %q of table %q: ColumnStorage has the unknown mode %q: use StoragePlain, StorageMain, StorageExternal or StorageExtended",
			s.Column, s.Table, s.Storage)
	}
	return nil
}
