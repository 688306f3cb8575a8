package migration

import (
	"context"
	"fmt"
	"strings"
)

// casts are the ways from one type to another, the better one first.
func casts(column, typ string) []string {
	return []string{quoted(column) + "::" + typ, quoted(column) + "::text::" + typ}
}

// cast is the first way to change a column's type that all its rows can go; ""
// when there is none.
func (p *probe) cast(ctx context.Context, d difference) string {
	if _, ok := p.labelsOfType(strings.TrimSuffix(d.want.Def, "[]")); ok {
		return quoted(d.key.Name) + "::text::" + d.want.Def
	}
	for _, cast := range casts(d.key.Name, d.want.Def) {
		// The comparison makes PostgreSQL compute the value.
		if _, ok := p.attempt(ctx, d.key, "("+cast+")::text IS DISTINCT FROM ''"); ok {
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
func castCall(d difference) string { return castFunction + "(" + quoted(d.key.Name) + "::text)" }

// createCast makes the function.
func createCast(d difference) string {
	return fmt.Sprintf("CREATE FUNCTION %s(value text) RETURNS %s LANGUAGE plpgsql AS "+
		"'BEGIN RETURN value::%[2]s; EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN RETURN NULL; END'",
		castFunction, d.want.Def)
}

const dropCast = "DROP FUNCTION " + castFunction + "(text)"

// withCast has the function for as long as count counts.
func (p *probe) withCast(ctx context.Context, d difference, count func()) error {
	if _, err := p.tx.ExecContext(ctx, "SAVEPOINT elizago_cast; "+createCast(d)); err != nil {
		return fmt.Errorf("migration: try the new type of %s: %w", d.key, err)
	}
	count()
	if _, err := p.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_cast; RELEASE SAVEPOINT elizago_cast"); err != nil {
		return fmt.Errorf("migration: undo the trial of the new type of %s: %w", d.key, err)
	}
	return nil
}
