package migration_test

import (
	"errors"
	"slices"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/plan"
)

// What can lose data, and what rows stand against, is refused as a whole; the
// error names the object and the affected rows.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const insert = "INSERT INTO test_p.t (x) VALUES ('a'), ('a'), (NULL)"
	for name, test := range map[string]struct {
		before, after migration.Unit
		rows          string // defaults to three: a, a, NULL
		kind          plan.Kind
		class         plan.Class
		object        string
		count         int64
		want          []string
	}{
		"drop table": {
			before: plugin("p", []*schema.Table{table("t", nullable(text("x"))), table("kept")}),
			after:  one(table("kept")),
			kind:   plan.DropTable, class: plan.Destructive, object: "test_p.t", count: 3,
			want: []string{"drop table test_p.t", "3 rows in it", "put the old definition back", "ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS=true", "elizago migrate apply --force"},
		},
		"drop all tables but keep the plugin": {
			before: plugin("p", []*schema.Table{table("t", nullable(text("x"))), table("kept")}),
			after:  one(table("new")),
			kind:   plan.DropTable, class: plan.Destructive, object: "test_p.kept", count: 0,
			want: []string{"drop table test_p.kept", "drop table test_p.t (3 rows in it)", "2 changes"},
		},
		"drop column": {
			before: one(table("t", nullable(text("x")))), after: one(table("t")),
			kind: plan.DropColumn, class: plan.Destructive, object: "test_p.t.x", count: 2,
			want: []string{"drop column test_p.t.x", "2 rows with a value in it"},
		},
		"narrow type": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", nullable(typed("x", "varchar(2)")))),
			rows: "INSERT INTO test_p.t (x) VALUES ('ab'), ('abc'), (NULL)",
			kind: plan.AlterType, class: plan.Destructive, object: "test_p.t.x", count: 1,
			want: []string{"from text to character varying(2)", "1 row with a value that the new type cannot hold"},
		},
		"impossible type": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", nullable(typed("x", "integer")))),
			kind: plan.AlterType, class: plan.Destructive, object: "test_p.t.x", count: 2,
			want: []string{"from text to integer", "2 rows"},
		},
		"timestamp without its zone": {
			before: one(table("t", nullable(text("x")), nullable(typed("at", "timestamptz")))),
			after:  one(table("t", nullable(text("x")), nullable(typed("at", "timestamp")))),
			rows:   "INSERT INTO test_p.t (at) VALUES (now())",
			kind:   plan.AlterType, class: plan.Destructive, object: "test_p.t.at", count: 1,
			want: []string{"from timestamp with time zone to timestamp without time zone"},
		},
		"vector of another dimension": {
			before: one(table("t", nullable(text("x")), nullable(typed("v", "vector(3)")))),
			after:  one(table("t", nullable(text("x")), nullable(typed("v", "vector(5)")))),
			rows:   "INSERT INTO test_p.t (v) VALUES ('[1,2,3]'), (NULL)",
			kind:   plan.AlterType, class: plan.Destructive, object: "test_p.t.v", count: 1,
			want: []string{"from public.vector(3) to public.vector(5)"},
		},
		"NOT NULL over NULLs with a default": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", withDefault(text("x"), "z"))),
			kind: plan.SetNotNull, class: plan.Destructive, object: "test_p.t.x", count: 1,
			want: []string{"1 row without a value"},
		},
		"generate what was plain": {
			before: one(table("t", nullable(text("x")), nullable(text("g")))),
			after:  one(table("t", nullable(text("x")), nullable(text("g"))), generated("upper(x)")),
			rows:   "INSERT INTO test_p.t (x, g) VALUES ('a', 'b')",
			kind:   plan.AlterGenerated, class: plan.Destructive, object: "test_p.t.g", count: 1,
			want: []string{"not generated", "upper(x)"},
		},
		"rename column": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", nullable(text("y")))),
			kind: plan.DropColumn, class: plan.Destructive, object: "test_p.t.x", count: 2,
			want: []string{"drop column test_p.t.x", `if y is its new name, annotate it with entpg.RenamedFrom("x")`},
		},
		"make index unique": {
			before: one(withIndex(table("t", nullable(text("x"))), "i", false, "x")),
			after:  one(withIndex(table("t", nullable(text("x"))), "i", true, "x")),
			kind:   plan.AlterIndex, class: plan.DataDependent, object: "test_p.t.i", count: 2,
			want: []string{"CREATE INDEX i", "CREATE UNIQUE INDEX i", "2 rows with the values of another"},
		},
		"NOT NULL": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", text("x"))),
			kind: plan.SetNotNull, class: plan.DataDependent, object: "test_p.t.x", count: 1,
			want: []string{"1 row without a value"},
		},
		"new NOT NULL column without default": {
			before: one(table("t", nullable(text("x")))), after: one(table("t", nullable(text("x")), text("y"))),
			kind: plan.AddColumn, class: plan.DataDependent, object: "test_p.t.y", count: 3,
			want: []string{"add column test_p.t.y text NOT NULL", "3 rows", "default"},
		},
		"unique index over duplicates": {
			before: one(table("t", nullable(text("x")))), after: one(withIndex(table("t", nullable(text("x"))), "i", true, "x")),
			kind: plan.AddIndex, class: plan.DataDependent, object: "test_p.t.i", count: 2,
			want: []string{"2 rows with the values of another", "fix the rows"},
		},
		"check against the rows": {
			before: one(table("t", nullable(text("x")))), after: one(withCheck(table("t", nullable(text("x"))), "c", "x = 'b'")),
			kind: plan.AddCheck, class: plan.DataDependent, object: "test_p.t.c", count: 2,
			want: []string{"2 rows violating it"},
		},
		"foreign key to nothing": {
			before: two(func(*schema.Table) *schema.Table {
				return table("t", nullable(text("x")), nullable(typed("u", "uuid")))
			}),
			after: two(func(u *schema.Table) *schema.Table {
				return withKey(table("t", nullable(text("x")), nullable(typed("u", "uuid"))), "fk", "u", u)
			}),
			rows: "INSERT INTO test_p.t (u) VALUES (gen_random_uuid()), (NULL)",
			kind: plan.AddForeignKey, class: plan.DataDependent, object: "test_p.t.fk", count: 1,
			want: []string{"1 row referring to nothing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, test.before)
			if test.rows == "" {
				test.rows = insert
			}
			execute(t, db, test.rows)
			before := dump(t, db)

			_, err := engine(t, db).Run(t.Context(), []migration.Unit{test.after}, migration.Options{})
			var refused *migration.RefusedError
			require.True(t, errors.As(err, &refused), "%v", err)
			i := slices.IndexFunc(refused.Changes, func(c plan.Change) bool { return c.Kind == test.kind })
			require.GreaterOrEqual(t, i, 0, "%v", err)
			first := refused.Changes[i]
			require.Equal(t, test.class, first.Class)
			require.Equal(t, test.object, first.Object)
			require.Equal(t, test.count, first.Rows)
			for _, word := range append(test.want, `"@test/p"`, "nothing was changed") {
				require.ErrorContains(t, err, word)
			}
			require.Equal(t, before, dump(t, db))
			require.Equal(t, "refused", query[string](t, db, "SELECT outcome FROM migrations.runs ORDER BY id DESC LIMIT 1"))

			// The plan shows the same, without an error.
			plan, err := engine(t, db).Plan(t.Context(), []migration.Unit{test.after})
			require.NoError(t, err)
			require.Len(t, plan.Refused(), len(refused.Changes))
			// With the old schema all is well.
			settled(t, db, test.before)
		})
	}
}

// One refused change keeps all others from being applied.
func TestRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("a", []*schema.Table{table("t", nullable(text("x")))}))
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{
		plugin("a", []*schema.Table{table("t", nullable(text("y")))}),
		plugin("b", []*schema.Table{table("t")}),
	}, migration.Options{})
	require.Error(t, err)
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_namespace WHERE nspname = 'test_b'"))
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_attribute WHERE attname = 'y' AND attrelid = 'test_a.t'::regclass"))
}

// What was refused can be done by hand, and all is well then.
func TestRefusedAndDoneByHand(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := plugin("p", []*schema.Table{withIndex(table("t", nullable(text("x"))), "by_x", false, "x"), table("old")})
	after := plugin("p", []*schema.Table{table("t", nullable(typed("x", "varchar(9)")))})
	apply(t, db, before)
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{after}, migration.Options{})
	require.ErrorContains(t, err, "drop table test_p.old (0 rows in it)")
	execute(t, db, "DROP TABLE test_p.old", "DROP INDEX test_p.by_x", "ALTER TABLE test_p.t ALTER x TYPE varchar(9)")
	require.True(t, apply(t, db, after).UpToDate)
	settled(t, db, after)
	// From now on the old objects are unmanaged.
	execute(t, db, "CREATE TABLE test_p.old (id int)", "CREATE INDEX by_x ON test_p.t (x)")
	require.Equal(t, []string{"index test_p.t.by_x"}, apply(t, db, after).Plan.Unmanaged)
	settled(t, db, after)
}

// A plugin that changes its name keeps its namespace's history.
func TestPluginRenamed(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := plugin("p", []*schema.Table{table("t", nullable(text("x")))})
	apply(t, db, unit)
	unit.Plugin, unit.Schema.Namespace = "@other/name", "test_p"
	require.True(t, apply(t, db, unit).UpToDate)
	settled(t, db, unit)
	unit.Schema.Tables = []*schema.Table{table("t")}
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	require.ErrorContains(t, err, "drop column test_p.t.x")
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM migrations.state"))
}

// A table that was made by hand is not adopted.
func TestTableInTheWay(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE SCHEMA test_p", "CREATE TABLE test_p.t (id int)", "INSERT INTO test_p.t VALUES (1)")
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t", text("x"))})}, migration.Options{})
	var refused *migration.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Changes, 1)
	require.Equal(t, plan.AdoptTable, refused.Changes[0].Kind)
	require.ErrorContains(t, err, "adopt table test_p.t")
	require.ErrorContains(t, err, "1 row in a table that is there already")

	execute(t, db, "DROP TABLE test_p.t", "CREATE VIEW test_p.t AS SELECT 1 AS id")
	_, err = engine(t, db).Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t", text("x"))})}, migration.Options{})
	require.ErrorAs(t, err, &refused)
}
