package migration_test

import (
	"database/sql"
	"strings"
	"testing"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// Mistakes in the declarations are found before anything is asked of a server,
// and the errors name both sides.
func TestUnitErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 64)
	unit := func(name, namespace string, tables ...*schema.Table) migration.Unit {
		return migration.Unit{Plugin: name, Schema: core.Schema{Namespace: namespace, Tables: tables}}
	}
	depends := func(u migration.Unit, on ...string) migration.Unit {
		u.DependsOn = on
		return u
	}
	annotated := func(u migration.Unit, x ...core.SchemaAnnotation) migration.Unit {
		u.Schema.Annotations = x
		return u
	}
	users := table("users")
	inB := table("b")
	inB.Schema = "other"
	view := table("v")
	view.View = true
	unnamed := table("t")
	unnamed.Annotation = &entsql.Annotation{Check: "true"}

	for name, test := range map[string]struct {
		units []migration.Unit
		want  []string
	}{
		"no name":       {[]migration.Unit{unit("", "")}, []string{"no plugin name"}},
		"same plugin":   {[]migration.Unit{unit("a", ""), unit("a", "x")}, []string{`"a"`, "twice"}},
		"one namespace": {[]migration.Unit{unit("@x/a", "", table("t")), unit("x-a", "", table("t"))}, []string{`"@x/a"`, `"x-a"`, `"x_a"`}},
		"public twice":  {[]migration.Unit{unit("core", "", table("t")), unit("b", "public", table("t"))}, []string{`"core"`, `"b"`, `"public"`}},
		"reserved":      {[]migration.Unit{unit("a", "pg_temp", table("t"))}, []string{`"a"`, `"pg_temp"`, "reserved"}},
		"history's":     {[]migration.Unit{unit("a", "migrations", table("t"))}, []string{`"a"`, `"migrations"`, "reserved"}},
		"long":          {[]migration.Unit{unit("a", long, table("t"))}, []string{`"a"`, long, "64 bytes"}},
		"odd":           {[]migration.Unit{unit("a", "Not Good", table("t"))}, []string{`"a"`, `"Not Good"`}},
		"queries go elsewhere": {
			[]migration.Unit{unit("a", "mine", inB)}, []string{`"a"`, `"mine"`, `"other"`, `"b"`},
		},
		"table twice": {[]migration.Unit{unit("a", "", table("t"), table("t"))}, []string{`"a"`, `"t"`, "twice"}},
		"circle": {
			[]migration.Unit{depends(unit("a", ""), "b"), depends(unit("b", ""), "c"), depends(unit("c", ""), "b")},
			[]string{"b -> c -> b"},
		},
		"itself":  {[]migration.Unit{depends(unit("a", ""), "a")}, []string{"a -> a"}},
		"missing": {[]migration.Unit{depends(unit("a", ""), "gone")}, []string{`"a"`, `"gone"`, "install"}},
		"reference to nowhere": {
			[]migration.Unit{unit("a", "", withKey(table("t", typed("user_id", "uuid")), "fk", "user_id", users))},
			[]string{`"a"`, `"fk"`, `"users"`, "no schema owner"},
		},
		"reference without dependency": {
			[]migration.Unit{
				unit("a", "", withKey(table("t", typed("user_id", "uuid")), "fk", "user_id", users)), unit("b", "", users),
			},
			[]string{`"a"`, `"b"`, `"fk"`, "dependencies"},
		},
		"annotated reference to nowhere": {
			[]migration.Unit{annotated(unit("a", "", table("t", typed("user_id", "uuid"))), &entpg.Reference{
				Table: "t", Column: "user_id", RefNamespace: "b", RefTable: "users", RefColumn: "id", OnDelete: entpg.Cascade,
			})},
			[]string{`"a"`, "b.users", "no schema owner"},
		},
		"annotated reference without dependency": {
			[]migration.Unit{annotated(unit("a", "", table("t", typed("user_id", "uuid"))), &entpg.Reference{
				Table: "t", Column: "user_id", RefNamespace: "b", RefTable: "users", RefColumn: "id", OnDelete: entpg.Cascade,
			}), unit("b", "", users)},
			[]string{`"a"`, `"b"`, "b.users", "dependencies"},
		},
		"annotated reference to a missing table": {
			[]migration.Unit{depends(annotated(unit("a", "", table("t", typed("user_id", "uuid"))), &entpg.Reference{
				Table: "t", Column: "user_id", RefNamespace: "b", RefTable: "people", RefColumn: "id", OnDelete: entpg.Cascade,
			}), "b"), unit("b", "", users)},
			[]string{`"a"`, `"b"`, "b.people"},
		},
		"annotated reference to a missing column": {
			[]migration.Unit{depends(annotated(unit("a", "", table("t", typed("user_id", "uuid"))), &entpg.Reference{
				Table: "t", Column: "user_id", RefNamespace: "b", RefTable: "users", RefColumn: "key", OnDelete: entpg.Cascade,
			}), "b"), unit("b", "", users)},
			[]string{`"a"`, "b.users.key"},
		},
		"annotation on no table": {
			[]migration.Unit{annotated(unit("a", "", table("t")), &entpg.Index{Table: "gone", Name: "i"})},
			[]string{`"a"`, `"gone"`, "entpg.Index"},
		},
		"index on no column": {
			[]migration.Unit{annotated(unit("a", "", table("t")), &entpg.Index{Table: "t", Name: "i", Parts: []entpg.Part{{Column: "gone"}}})},
			[]string{`"a"`, `"i"`, `"gone"`},
		},
		"key of no column": {
			[]migration.Unit{annotated(unit("a", "", table("t")), &entpg.CompositeKey{Table: "t", Columns: []string{"id", "gone"}})},
			[]string{`"a"`, `"gone"`, "primary key"},
		},
		"generated with default": {
			[]migration.Unit{annotated(unit("a", "", table("t")), &entpg.GeneratedColumn{Table: "t", Column: "id", Expr: "1"})},
			[]string{`"a"`, `"id"`, "default"},
		},
		"index name twice": {
			[]migration.Unit{unit("a", "", withIndex(table("s", text("x")), "i", false, "x"), withIndex(table("t", text("x")), "i", false, "x"))},
			[]string{`"a"`, `"s"`, `"t"`, `"i"`},
		},
		"a view":               {[]migration.Unit{unit("a", "", view)}, []string{`"a"`, `"v"`, "entsql.Skip"}},
		"check without a name": {[]migration.Unit{unit("a", "", unnamed)}, []string{`"a"`, `"t"`, "entsql.Checks"}},
		"long table":           {[]migration.Unit{unit("a", "", table(long))}, []string{`"a"`, "table", long, "64 bytes"}},
		"long column":          {[]migration.Unit{unit("a", "", table("t", text(long)))}, []string{`"a"`, `"t"`, "column", long}},
		"long index":           {[]migration.Unit{unit("a", "", withIndex(table("t", text("x")), long, false, "x"))}, []string{`"a"`, `"t"`, "index", long}},
		"long check":           {[]migration.Unit{unit("a", "", withCheck(table("t"), long, "true"))}, []string{`"a"`, `"t"`, "check", long}},
		"long foreign key": {
			[]migration.Unit{unit("a", "", users, withKey(table("t", typed("user_id", "uuid")), long, "user_id", users))},
			[]string{`"a"`, `"t"`, "foreign key", long},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// There is no listener: a connection would fail.
			db, err := sql.Open("pgx", "postgresql://127.0.0.1:1/none")
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			e, err := migration.New(migration.Config{DB: db})
			require.NoError(t, err)
			_, err = e.Run(t.Context(), test.units, migration.Options{})
			require.Error(t, err)
			require.True(t, strings.HasPrefix(err.Error(), "migration: "), err)
			require.NotContains(t, err.Error(), "\n")
			for _, word := range test.want {
				require.ErrorContains(t, err, word)
			}
			_, planErr := e.Plan(t.Context(), test.units)
			require.EqualError(t, planErr, err.Error())
		})
	}
}

func TestConfigErrors(t *testing.T) {
	t.Parallel()
	_, err := migration.New(migration.Config{})
	require.ErrorContains(t, err, "Config.DB")
	_, err = migration.New(migration.Config{DB: new(sql.DB), LockTimeout: -1})
	require.ErrorContains(t, err, "timeout")
}

// No schema owners are no mistake.
func TestNoUnits(t *testing.T) {
	t.Parallel()
	db := open(t)
	require.True(t, apply(t, db).UpToDate)
	settled(t, db)
}

// A schema owner without tables claims no namespace, and may be depended on.
func TestUnitWithoutTables(t *testing.T) {
	t.Parallel()
	db := open(t)
	units := []migration.Unit{
		{Plugin: "tools"},
		{Plugin: "@tools"},
		{Plugin: "app", Schema: core.Schema{Tables: []*schema.Table{table("t")}}, DependsOn: []string{"tools", migration.Core}},
	}
	apply(t, db, units...)
	settled(t, db, units...)
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_namespace WHERE nspname = 'tools'"))
}
