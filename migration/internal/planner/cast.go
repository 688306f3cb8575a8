package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// casts are the ways from one type to another, the better one first.
func casts(column, typ string) []string {
	return []string{catalog.Quote(column) + "::" + typ, catalog.Quote(column) + "::text::" + typ}
}

// cast is the first way to change a column's type that all its rows can go; ""
// when there is none.
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

// castFunction is a function of this session that turns a value's text into the
// new type of one column, or into NULL where that cannot be done. PostgreSQL has
// nothing of the kind before version 16. It is there for one column at a time,
// and takes text so that it does not depend on the old type, which may be an
// enumeration that goes, or that another one takes the place of.
const castFunction = "pg_temp.elizago_cast"

// castCall is its use on the column.
func castCall(d catalog.Difference) string {
	return castFunction + "(" + catalog.Quote(d.Key.Name) + "::text)"
}

// createCast makes the function.
func createCast(d catalog.Difference) string {
	return fmt.Sprintf("CREATE FUNCTION %s(value text) RETURNS %s LANGUAGE plpgsql AS "+
		"'BEGIN RETURN value::%[2]s; EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN RETURN NULL; END'",
		castFunction, d.Want.Def)
}

const dropCast = "DROP FUNCTION " + castFunction + "(text)"

// withCast has the function for as long as count counts.
func (p *impact) withCast(ctx context.Context, d catalog.Difference, count func()) error {
	if _, err := p.tx.ExecContext(ctx, "SAVEPOINT elizago_cast; "+createCast(d)); err != nil {
		return fmt.Errorf("migration: try the new type of %s: %w", d.Key, err)
	}
	count()
	if _, err := p.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_cast; RELEASE SAVEPOINT elizago_cast"); err != nil {
		return fmt.Errorf("migration: undo the trial of the new type of %s: %w", d.Key, err)
	}
	return nil
}
