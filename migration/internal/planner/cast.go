package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// casts are the conversions from one type to another, the better one first.
func casts(column, typ string) []string {
	return []string{catalog.Quote(column) + "::" + typ, catalog.Quote(column) + "::text::" + typ}
}

// cast returns the first conversion of a column's type that works for all its
// rows; "" if there is none.
func (p *impact) cast(ctx context.Context, d catalog.Difference) string {
	if _, ok := p.labelsOfType(strings.TrimSuffix(d.Want.Def, "[]")); ok {
		return catalog.Quote(d.Key.Name) + "::text::" + d.Want.Def
	}
	for _, cast := range casts(d.Key.Name, d.Want.Def) {
		// The comparison makes PostgreSQL compute the value.
		if _, ok := p.attempt(ctx, d.Key, "("+cast+")::text IS DISTINCT FROM ''"); ok {
			return cast
		}
	}
	return ""
}

// castFunction is the name of a function that converts a value's text to the new
// type of one column, or to NULL if that fails. PostgreSQL has no such function
// before version 16. It exists for one column at a time, in the namespace of its
// table, since a role may lack the right to create temporary objects. It takes text
// so that it does not depend on the old type, which may be an enum type that is
// dropped or replaced.
func castFunction(d catalog.Difference) string {
	return catalog.Relation(d.Key.Namespace, "zz_elizago_cast")
}

// castCall is its call on the column.
func castCall(d catalog.Difference) string {
	return castFunction(d) + "(" + catalog.Quote(d.Key.Name) + "::text)"
}

// createCast creates the function.
func createCast(d catalog.Difference) string {
	return fmt.Sprintf("CREATE FUNCTION %s(value text) RETURNS %s LANGUAGE plpgsql AS "+
		"'BEGIN RETURN value::%[2]s; EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN RETURN NULL; END'",
		castFunction(d), d.Want.Def)
}

func dropCast(d catalog.Difference) string { return "DROP FUNCTION " + castFunction(d) + "(text)" }

// withCast creates the function for the duration of count.
func (p *impact) withCast(ctx context.Context, d catalog.Difference, count func()) error {
	if _, err := p.tx.ExecContext(ctx, "SAVEPOINT elizago_cast; "+createCast(d)); err != nil {
		return fmt.Errorf("migration: try the new type of %s: %w", d.Key, err)
	}
	count()
	if _, err := p.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_cast; RELEASE SAVEPOINT elizago_cast"); err != nil {
		return fmt.Errorf("migration: roll back the attempt of the new type of %s: %w", d.Key, err)
	}
	return nil
}
