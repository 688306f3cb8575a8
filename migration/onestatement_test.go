package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// What follows a semicolon in a declaration is not executed, wherever SQL of a
// schema is declared and however the semicolon is hidden.
func TestDeclarationIsOneStatement(t *testing.T) {
	t.Parallel()
	const evil = "; CREATE TABLE public.evil ()"
	part := []entpg.Part{{Column: "x"}}
	annotated := func(x core.SchemaAnnotation) migration.Unit { return one(table("t", nullable(text("x"))), x) }
	reference := &entpg.Reference{Table: "t", Column: "x", RefTable: "t", RefColumn: "x", OnDelete: "NO ACTION" + evil}
	for name, unit := range map[string]migration.Unit{
		"type":           one(table("t", nullable(typed("x", "text NULL)"+evil+"; --")))),
		"default":        one(table("t", withDefault(nullable(text("x")), schema.Expr("'a')"+evil+"; --")))),
		"check":          one(withCheck(table("t", nullable(text("x"))), "c", "true))"+evil+"; --")),
		"predicate":      annotated(&entpg.Index{Table: "t", Name: "i", Parts: part, Where: "x <> ''" + evil}),
		"dollar quotes":  annotated(&entpg.Index{Table: "t", Name: "i", Parts: part, Where: "x <> $a$'$a$" + evil}),
		"escapes":        annotated(&entpg.Index{Table: "t", Name: "i", Parts: part, Where: `x <> E'\''` + evil}),
		"comment":        annotated(&entpg.Index{Table: "t", Name: "i", Parts: part, Where: "x <> '' /* ' /* */ */" + evil}),
		"access method":  annotated(&entpg.Index{Table: "t", Name: "i", Parts: part, Using: "btree (x)" + evil + "; --"}),
		"operator class": annotated(&entpg.Index{Table: "t", Name: "i", Parts: []entpg.Part{{Column: "x", OpClass: "text_ops)" + evil + "; --"}}}),
		"expression":     annotated(&entpg.Index{Table: "t", Name: "i", Parts: []entpg.Part{{Expr: "lower(x)))" + evil + "; --"}}}),
		"parameter":      annotated(&entpg.Index{Table: "t", Name: "i", Parts: part, With: map[string]string{"fillfactor": "70)" + evil + "; --"}}),
		"table option":   annotated(&entpg.StorageParameters{Table: "t", With: map[string]string{"fillfactor = 70)" + evil + "; --": "1"}}),
		"generated":      annotated(&entpg.GeneratedColumn{Table: "t", Column: "x", Expr: "'a') STORED)" + evil + "; --"}),
		"policy":         annotated(&entpg.Policy{Table: "t", Name: "p", Using: "true)" + evil + "; --"}),
		"policy command": annotated(&entpg.Policy{Table: "t", Name: "p", For: "SELECT" + evil + "; --"}),
		"exclusion":      annotated(&entpg.Exclusion{Table: "t", Name: "e", Parts: []entpg.ExclusionPart{{Column: "x", Operator: "=)" + evil + "; --"}}}),
		"deferral":       annotated(&entpg.UniqueKey{Table: "t", Name: "u", Columns: []string{"x"}, Deferral: "DEFERRABLE" + evil}),
		"reference":      one(table("t", nullable(text("x"))), &entpg.UniqueKey{Table: "t", Name: "u", Columns: []string{"x"}}, reference),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{})
			require.ErrorContains(t, err, `"@test/p"`)
			require.ErrorContains(t, err, "semicolon")
			require.True(t, query[bool](t, db, "SELECT to_regclass('public.evil') IS NULL"))
			_, err = migration.PrintSQL(t.Context(), unitsOf(unit))
			require.ErrorContains(t, err, "semicolon")
		})
	}
}

// A semicolon in a string, a name or a comment is none, and the printed script
// can be executed.
func TestSemicolonThatEndsNothing(t *testing.T) {
	t.Parallel()
	unit := one(withCheck(table("t", withDefault(nullable(text("x")), ";"), nullable(text("a;b"))), "c", `"a;b" <> E'\';' AND x <> $$;$$`),
		&entpg.Index{Table: "t", Name: "i", Parts: []entpg.Part{{Column: "x"}}, Where: "x <> '' /* ; */ -- ; too"})
	db := open(t)
	result := apply(t, db, unit)
	settled(t, db, unit)
	other := open(t)
	execute(t, other, result.Plan.SQL())
	require.True(t, apply(t, other, unit).UpToDate)
	settled(t, other, unit)
}
