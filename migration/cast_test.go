package migration_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// With force several columns keep what they can, also where nothing but the end
// of their names distinguishes them, and no temporary object is left.
func TestCastsOfSeveralColumns(t *testing.T) {
	t.Parallel()
	db := open(t)
	name := strings.Repeat("t", 63)
	unit := func(a, b, c string) migration.Unit {
		return one(table(name, nullable(typed("a", a)), nullable(typed("b", b)), nullable(typed("c", c))))
	}
	apply(t, db, unit("text", "text", "text"))
	execute(t, db, "INSERT INTO test_p."+name+" (a, b, c) VALUES ('1', '1', '1'), ('2', 'x', '2026-01-01'), ('x', '2', NULL)")
	after := unit("integer", "integer", "date")
	forced(t, db, after)
	require.Equal(t, "1 1 -,2 - 2026-01-01,- 2 -", query[string](t, db, `SELECT string_agg(concat_ws(' ', coalesce(a::text, '-'), coalesce(b::text, '-'), coalesce(c::text, '-')), ',' ORDER BY a, b)
		FROM test_p.`+name))
	require.Zero(t, query[int](t, db, "SELECT count(*) FROM pg_proc WHERE proname LIKE 'elizago%'"))
	settled(t, db, after)
}

// A column whose type is an enumeration gets another one while the enumeration
// itself is recreated.
func TestCastOfAnEnumThatChanges(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(n string, values ...string) migration.Unit {
		return one(table("t", nullable(text("m")), nullable(typed("n", n))), mood(values...))
	}
	apply(t, db, unit("test_p.mood", "1", "2", "x"))
	execute(t, db, "INSERT INTO test_p.t (m, n) VALUES ('1', '1'), ('2', 'x')")
	after := unit("integer", "2", "1")
	forced(t, db, after)
	require.Equal(t, "1 1,2", query[string](t, db, "SELECT string_agg(concat_ws(' ', m, n), ',' ORDER BY m::text) FROM test_p.t"))
	settled(t, db, after)
}

// Rows of an enumeration that goes are counted, and nothing that counted them
// depends on it then.
func TestCastOfAnEnumThatGoes(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("m")), integer("n")), mood("1", "x")))
	execute(t, db, "INSERT INTO test_p.t (m, n) VALUES ('1', 3), ('x', 4)")
	after := func(annotations ...core.SchemaAnnotation) migration.Unit {
		return one(table("t", nullable(integer("m")), integer("n")), annotations...)
	}
	refused(t, db, unitsOf(after(&entpg.GeneratedColumn{Table: "t", Column: "m", Expr: "n + 1"})), append(wayOut, "alter type test_p.t.m", "1 row", "2 rows")...)
	forced(t, db, after(&entpg.GeneratedColumn{Table: "t", Column: "m", Expr: "n + 1"}))
	require.Equal(t, "4,5", query[string](t, db, "SELECT string_agg(m::text, ',' ORDER BY m) FROM test_p.t"))
	settled(t, db, after(&entpg.GeneratedColumn{Table: "t", Column: "m", Expr: "n + 1"}))
}
