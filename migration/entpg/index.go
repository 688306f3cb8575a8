package entpg

import (
	"fmt"
	"slices"
	"strconv"

	"entgo.io/ent/schema"
)

// Index is an index with expressions, storage parameters or any access method.
// For plain indexes use ent's index package.
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

	// Unique makes it a unique index. Defaults to false.
	Unique bool

	// Using is the access method: btree, hash, gin, gist, brin, hnsw, ivfflat.
	// Empty: btree.
	Using string

	// Parts are the indexed columns and expressions, in order. At least one.
	Parts []Part

	// Include are non-key columns: INCLUDE ("a", "b"). Empty: none.
	Include []string

	// Where restricts the index to the rows that satisfy this SQL condition.
	// Empty: all rows.
	Where string

	// NullsNotDistinct makes a unique index treat NULLs as equal: NULLS NOT
	// DISTINCT. Defaults to false. PostgreSQL 15 or newer.
	NullsNotDistinct bool

	// With are storage parameters, for HNSW m and ef_construction, for IVFFlat
	// lists: WITH (ef_construction = 128, m = 32). Empty: PostgreSQL's
	// defaults.
	With map[string]string
}

// Part is one column or one expression of an Index.
type Part struct {
	// Column is the column's name. Either it or Expr is set.
	Column string

	// Expr is an SQL expression over the table's columns, without enclosing
	// parentheses.
	Expr string

	// OpClass is the operator class. Empty: the type's default.
	OpClass string

	// Collation is the name of the collation, such as "C". Empty: the column's.
	Collation string

	// Desc sorts in descending order, NULLs first. Defaults to false.
	Desc bool

	// Nulls is NullsFirst or NullsLast. Empty: last, or first if Desc is set.
	Nulls Nulls
}

// Nulls is the position of NULLs in the order of an index.
type Nulls string

// The positions of NULLs.
const (
	NullsFirst Nulls = "FIRST"
	NullsLast  Nulls = "LAST"
)

// TableName implements core.SchemaAnnotation.
func (i *Index) TableName() string { return i.Table }

// Indexes declares indexes in the Annotations of an ent schema.
//
//	entpg.Indexes(entpg.Index{
//		Name: "idx_people_handle", Unique: true, NullsNotDistinct: true,
//		Parts:   []entpg.Part{{Expr: "lower(handle)", Collation: "C", Desc: true, Nulls: entpg.NullsLast}},
//		Include: []string{"name"},
//		Where:   "NOT hidden",
//	})
//
//	CREATE UNIQUE INDEX "idx_people_handle" ON "people" ((lower(handle)) COLLATE "C" DESC NULLS LAST)
//	INCLUDE ("name") NULLS NOT DISTINCT WHERE NOT hidden
func Indexes(indexes ...Index) schema.Annotation {
	return declared{Indexes: indexes}
}

func (i *Index) validate() error {
	if err := checkName(i.Table, "an index", i.Name); err != nil {
		return err
	}
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("entpg: table %q: index %q "+format, append([]any{i.Table, i.Name}, args...)...)
	}
	ordered := i.Using == "" || i.Using == "btree"
	switch {
	case len(i.Parts) == 0:
		return wrong("has no Parts: say what is indexed")
	case i.Using != "" && !bare.MatchString(i.Using):
		return wrong("has the access method %q, which is no name of one: use it in lower case", i.Using)
	case i.Unique && !ordered:
		return wrong("is Unique, which %s cannot be: use btree, or an Exclusion", i.Using)
	case i.NullsNotDistinct && !i.Unique:
		return wrong("has NullsNotDistinct and is not Unique: make it so, or leave it out")
	case len(i.Include) > 0 && !ordered && i.Using != "gist" && i.Using != "spgist":
		return wrong("includes columns, which %s cannot: leave Include out", i.Using)
	}
	if i.Using == "ivfflat" {
		if n, err := strconv.Atoi(i.With["lists"]); err != nil || n < 1 || n > 32768 {
			return wrong("has %q lists: give it 1 to 32768, near the number of rows / 1000", i.With["lists"])
		}
	}
	for n, p := range i.Parts {
		switch {
		case (p.Column == "") == (p.Expr == ""):
			return wrong("wants either Column or Expr in part %d: set one of them", n+1)
		case p.Nulls != "" && p.Nulls != NullsFirst && p.Nulls != NullsLast:
			return wrong("has the unknown Nulls %q in part %d: use NullsFirst or NullsLast", p.Nulls, n+1)
		case !ordered && (p.Desc || p.Nulls != ""):
			return wrong("orders part %d, which %s cannot: leave Desc and Nulls out", n+1, i.Using)
		case p.Column != "" && slices.Contains(i.Include, p.Column):
			return wrong("both indexes and includes column %q: leave one out", p.Column)
		}
	}
	if err := checkColumns(i.Table, fmt.Sprintf("the Include of index %q", i.Name), i.Include); err != nil {
		return err
	}
	return checkParameters(i.Table, fmt.Sprintf("index %q", i.Name), i.With)
}
