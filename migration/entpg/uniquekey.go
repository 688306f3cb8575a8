package entpg

import (
	"fmt"
	"slices"

	"entgo.io/ent/schema"
)

// UniqueKey is a UNIQUE constraint. Unlike a unique index it may be deferred.
//
//	CONSTRAINT "steps_position_key" UNIQUE ("goal_id", "position") DEFERRABLE INITIALLY DEFERRED
type UniqueKey struct {
	// Table is set by cmd/entgen.
	Table string

	// Name is required, unique in the namespace, at most 63 bytes.
	Name string

	// Columns are the columns that are unique together. At least one.
	Columns []string

	// Include are non-key columns of the constraint's index: INCLUDE ("a",
	// "b"). Empty: none.
	Include []string

	// NullsNotDistinct treats NULLs as equal: UNIQUE NULLS NOT DISTINCT.
	// Defaults to false. PostgreSQL 15 or newer.
	NullsNotDistinct bool

	// Deferral is when the constraint is checked. Empty: for every row.
	Deferral Deferral
}

// TableName implements core.SchemaAnnotation.
func (k *UniqueKey) TableName() string { return k.Table }

// UniqueKeys declares UNIQUE constraints in the Annotations of an ent schema.
//
//	entpg.UniqueKeys(entpg.UniqueKey{
//		Name: "steps_position_key", Columns: []string{"goal_id", "position"},
//		Include: []string{"title"}, NullsNotDistinct: true, Deferral: entpg.InitiallyDeferred,
//	})
//
//	CONSTRAINT "steps_position_key" UNIQUE NULLS NOT DISTINCT ("goal_id", "position")
//	INCLUDE ("title") DEFERRABLE INITIALLY DEFERRED
func UniqueKeys(keys ...UniqueKey) schema.Annotation {
	return declared{UniqueKeys: keys}
}

func (k *UniqueKey) validate() error {
	if err := checkName(k.Table, "a unique key", k.Name); err != nil {
		return err
	}
	of := fmt.Sprintf("unique key %q", k.Name)
	if len(k.Columns) == 0 {
		return fmt.Errorf("entpg: table %q: %s has no Columns: say what is unique", k.Table, of)
	}
	if err := checkColumns(k.Table, of, slices.Concat(k.Columns, k.Include)); err != nil {
		return err
	}
	return checkDeferral(k.Table, of, k.Deferral)
}
