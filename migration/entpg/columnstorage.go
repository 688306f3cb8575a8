package entpg

import (
	"fmt"
	"slices"

	"entgo.io/ent/schema"
)

// StorageMode is how PostgreSQL stores the values of a column, and what it may
// do with large ones when a row grows beyond 2 kB or so.
type StorageMode string

// The storage modes. A type has one by itself: StorageExternal those of
// pgvector, StorageMain numeric, StorageExtended text, jsonb and most others,
// StoragePlain those of a fixed size, which know no other.
const (
	// StoragePlain keeps values in the row, as they are. PostgreSQL refuses a
	// row that does not fit into a page of 8 kB then.
	StoragePlain StorageMode = "PLAIN"
	// StorageMain compresses values, and moves them out of the row only where
	// it does not fit into a page otherwise.
	StorageMain StorageMode = "MAIN"
	// StorageExternal moves values out of the row, uncompressed.
	StorageExternal StorageMode = "EXTERNAL"
	// StorageExtended compresses values, and then moves them out of the row.
	StorageExtended StorageMode = "EXTENDED"
)

// StorageModes are all of them.
var StorageModes = []StorageMode{StoragePlain, StorageMain, StorageExternal, StorageExtended}

// StoredColumn is a column whose storage is declared, if only as what its type
// has by itself.
type StoredColumn struct {
	// Table and Column are set by cmd/entgen.
	Table  string
	Column string

	// Storage is how the values are stored. Required.
	Storage StorageMode
}

// TableName implements core.SchemaExtra.
func (s *StoredColumn) TableName() string { return s.Table }

// ColumnStorage declares, in the Annotations of a field, how PostgreSQL stores
// the column's values; it goes with Generated as well. A vector that every
// search reads is faster in the row than out of it. A change does not write the
// table anew: values that are there stay as they are stored until they are
// written again. With StoragePlain, a migration that writes them anew fails, all
// of it, where a row does not fit into a page then. For the table's storage parameters see [Storage].
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
