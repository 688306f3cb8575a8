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

// castFunction is the name of a function of this session that turns a value
// into the new type, or into NULL where that cannot be done. PostgreSQL has
// nothing of the kind before version 16.
func castFunction(d difference) string {
	return "pg_temp." + quoted(cut("elizago_cast_"+d.key.Table+"_"+d.key.Name, maxName))
}

// castCall is its use on the column.
func castCall(d difference) string { return castFunction(d) + "(" + quoted(d.key.Name) + ")" }

// castDefinition makes the function.
func castDefinition(d difference) string {
	return fmt.Sprintf("CREATE OR REPLACE FUNCTION %s(value %s) RETURNS %s LANGUAGE plpgsql AS "+
		"'BEGIN RETURN value::text::%[3]s; EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN RETURN NULL; END'",
		castFunction(d), d.have.Def, d.want.Def)
}

// createCast makes it for counting. It is rolled back with everything that
// planning does, or with the transaction.
func (p *probe) createCast(ctx context.Context, d difference) error {
	if _, err := p.tx.ExecContext(ctx, castDefinition(d)); err != nil {
		return fmt.Errorf("migration: try the new type of %s: %w", d.key, err)
	}
	return nil
}
