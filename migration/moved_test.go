package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/plan"
)

// A plugin whose namespace, name or both were changed in its code does not begin
// with empty tables in silence: the refusal names both, with the hint the tables
// move with their rows and what the history knows of them, and with force it begins.
func TestPluginMoves(t *testing.T) {
	t.Parallel()
	unit := func(plugin, namespace string) migration.Unit {
		return withOneData(migration.Unit{Plugin: plugin, Schema: core.Schema{Namespace: namespace, Tables: []*schema.Table{table("t", nullable(text("x")))}}}, "once")
	}
	other := plugin("other", []*schema.Table{table("t", nullable(text("x"))), table("u")})
	for name, after := range map[string]migration.Unit{
		"another namespace":          unit("@test/p", "mine"),
		"another name":               unit("@test/q", ""),
		"another name and namespace": unit("@test/q", "mine"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, unit("@test/p", ""), other)
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('kept')")
			to, err := migration.NamespaceOf(after)
			require.NoError(t, err)
			e := refused(t, db, unitsOf(after, other), append(wayOut, `"test_p"`, `"@test/p"`, to, "core.Schema.RenamedFrom", "empty tables")...)
			requireChange(t, &plan.Plan{Changes: e.Changes}, plan.AddNamespace, to)
			planned, err := engine(t, db).Plan(t.Context(), unitsOf(after, other))
			require.NoError(t, err)
			require.Len(t, planned.Refused(), 1)

			hinted := after
			hinted.Schema.RenamedFrom = "test_p"
			planned, err = engine(t, db).Plan(t.Context(), unitsOf(hinted, other))
			require.NoError(t, err)
			require.Contains(t, planned.SQL(), `ALTER SCHEMA "test_p" RENAME TO "`+to+`"`)
			require.Empty(t, planned.Data, "the data migration has run")
			apply(t, db, hinted, other)
			settled(t, db, hinted, other)
			settled(t, db, after, other)
			require.Equal(t, "kept", query[string](t, db, `SELECT x FROM "`+to+`".t`))
			require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM migrations.data WHERE name = 'once'"))
			require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM migrations.state"))
		})
		t.Run(name+", with force", func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, unit("@test/p", ""), other)
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('kept')")
			forced(t, db, after, other)
			settled(t, db, after, other)
			require.Equal(t, "kept", query[string](t, db, "SELECT x FROM test_p.t"))
		})
	}
	// Another plugin that is new beside one that is not there any more begins empty.
	db := open(t)
	apply(t, db, unit("@test/p", ""))
	another := plugin("another", []*schema.Table{table("t", nullable(text("x"))), table("v")})
	apply(t, db, another)
	settled(t, db, another)
}
