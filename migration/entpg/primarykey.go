package entpg

import (
	"fmt"

	"entgo.io/ent/schema"
)

// CompositeKey is a primary key of several columns.
type CompositeKey struct {
	// Table is set by cmd/entgen.
	Table string

	// Columns are the key's columns, in order. At least two.
	Columns []string
}

// TableName implements core.SchemaAnnotation.
func (k *CompositeKey) TableName() string { return k.Table }

// PrimaryKey declares, in the Annotations of an ent schema, a primary key of
// several fields. The generated type then has no ID field, no Get and no
// UpdateOneID; rows are found by predicates, and UpdateOne uses all key fields.
// The fields must be Immutable. ent itself allows this for edge schemas only.
//
//	entpg.PrimaryKey("key", "agent_id")
//
//	PRIMARY KEY ("key", "agent_id")
func PrimaryKey(columns ...string) schema.Annotation {
	return declared{Key: columns}
}

func (k *CompositeKey) validate() error {
	if len(k.Columns) < 2 {
		return fmt.Errorf("entpg: table %q: PrimaryKey wants two columns or more: for one, name the field with StorageKey", k.Table)
	}
	return checkColumns(k.Table, "PrimaryKey", k.Columns)
}
