package entpg

import "entgo.io/ent/schema"

// Index is an index beyond ent's: over expressions, with storage parameters,
// with any access method. Plain ones are better said with ent's index package.
//
//	entpg.Indexes(entpg.Index{
//		Name:  "idx_memories_document_id",
//		Parts: []entpg.Part{{Expr: "metadata ->> 'documentId'"}},
//	})
//
//	CREATE INDEX "idx_memories_document_id" ON "memories" ((metadata ->> 'documentId'))
type Index struct {
	// Table is set by cmd/entgen. Leave it empty in a schema.
	Table string

	// Name is required, unique in the namespace, at most 63 bytes.
	Name string

	// Unique refuses two rows with equal parts: CREATE UNIQUE INDEX.
	// Defaults to false.
	Unique bool

	// Using is the access method: btree, hash, gin, gist, brin, hnsw,
	// ivfflat. Empty means btree.
	Using string

	// Parts are what is indexed, in order. At least one.
	Parts []Part

	// Include are columns that the index stores without indexing them:
	// INCLUDE ("a", "b"). Empty means none.
	Include []string

	// Where restricts the index to the rows it is true for, in SQL. Empty
	// means all rows.
	Where string

	// NullsNotDistinct makes a unique index take NULLs as equal:
	// NULLS NOT DISTINCT. Defaults to false. PostgreSQL 15 or newer.
	NullsNotDistinct bool

	// With are storage parameters, for HNSW m and ef_construction, for IVFFlat
	// lists: WITH (ef_construction = 128, m = 32). Empty means PostgreSQL's
	// defaults.
	With map[string]string
}

// Part is one column or one expression of an Index.
type Part struct {
	// Column is the column's name. Either it or Expr is set.
	Column string

	// Expr is an SQL expression over the table's columns, without
	// parentheses around it.
	Expr string

	// OpClass is the operator class. Empty means the type's default.
	OpClass string

	// Collation is the name of the collation, such as "C". Empty means the
	// column's own.
	Collation string

	// Desc orders the part from high to low, NULLs first. Defaults to false.
	Desc bool

	// Nulls says where NULLs go, NullsFirst or NullsLast. Empty means last,
	// and first when Desc is set.
	Nulls Nulls
}

// Nulls is where NULLs go in the order of an index.
type Nulls string

// The two places.
const (
	NullsFirst Nulls = "FIRST"
	NullsLast  Nulls = "LAST"
)

// TableName implements core.SchemaExtra.
func (i *Index) TableName() string { return i.Table }

// Indexes declares indexes in the Annotations of an ent schema.
func Indexes(indexes ...Index) schema.Annotation {
	return declared{Indexes: indexes}
}
