package entpg

import (
	"fmt"

	"entgo.io/ent/schema"
)

// GeneratedColumn is a stored generated column.
type GeneratedColumn struct {
	// Table and Column are set by cmd/entgen.
	Table  string
	Column string

	// Expr is an SQL expression over columns of the same row and immutable
	// functions; required.
	Expr string
}

// TableName implements core.SchemaAnnotation.
func (g *GeneratedColumn) TableName() string { return g.Table }

// Generated declares, in the Annotations of a field, a generated column. Make
// the field Optional, so that the ORM does not require a value, and never set
// it.
//
//	entpg.Generated("lower(email)")
//
//	"email_lower" text NULL GENERATED ALWAYS AS (lower(email)) STORED
func Generated(expr string) schema.Annotation {
	return declared{Generated: []GeneratedColumn{{Expr: expr}}}
}

func (g *GeneratedColumn) validate() error {
	if g.Expr == "" {
		return fmt.Errorf("entpg: column %q of table %q: Generated wants an expression: give it one in SQL", g.Column, g.Table)
	}
	return nil
}
