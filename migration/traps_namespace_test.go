package migration_test

import (
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// The template of ent's migrate/schema.go writes no Schema. The tables go to the
// plugin's namespace, and the generated variables stay as they are.
func tablesGetTheirNamespace(t *testing.T) {
	t.Parallel()
	db := open(t)
	notes := table("t", text("x"))
	unit := one(notes)
	apply(t, db, coreUnit(), unit)
	require.Empty(t, notes.Schema)
	require.Equal(t, "test_p.t", query[string](t, db, "SELECT oid::regclass::text FROM pg_class WHERE relname = 't'"))
	settled(t, db, coreUnit(), unit)
	// A table that says where it is agrees with the one that does not.
	notes.Schema = "test_p"
	settled(t, db, coreUnit(), unit)
}

// Two plugins may use one table name, refer to each other's, and each change
// its own.
func sameTableNameInTwoNamespaces(t *testing.T) {
	t.Parallel()
	db := open(t)
	units := func(columns ...*schema.Column) []migration.Unit {
		theirs := withIndex(table("documents", text("x")), "by_x", false, "x")
		ours := withIndex(table("documents", append([]*schema.Column{text("x"), nullable(typed("of", "uuid"))}, columns...)...), "by_x", false, "x")
		withKey(withKey(ours, "of_theirs", "of", theirs), "of_ours", "of", ours)
		beta := plugin("beta", []*schema.Table{ours})
		beta.DependsOn = []string{"@test/alpha"}
		return []migration.Unit{beta, plugin("alpha", []*schema.Table{theirs})}
	}
	apply(t, db, units()...)
	require.Equal(t, "FOREIGN KEY (of) REFERENCES test_alpha.documents(id) ON DELETE CASCADE", constraintDef(t, db, "test_beta.documents", "of_theirs"))
	require.Equal(t, "FOREIGN KEY (of) REFERENCES test_beta.documents(id) ON DELETE CASCADE", constraintDef(t, db, "test_beta.documents", "of_ours"))
	settled(t, db, units()...)
	apply(t, db, units(nullable(text("more")))...)
	require.Empty(t, columnType(t, db, "test_alpha.documents", "more"))
	require.Equal(t, "text", columnType(t, db, "test_beta.documents", "more"))
	settled(t, db, units(nullable(text("more")))...)
}

func referenceToNothingIsAnError(t *testing.T) {
	t.Parallel()
	db := openURL(t, "postgresql://127.0.0.1:1/none")
	for _, target := range []*schema.Table{
		{Name: "gone", Schema: "nowhere", Columns: []*schema.Column{typed("id", "uuid")}},
		{Name: "gone", Schema: "public", Columns: []*schema.Column{typed("id", "uuid")}},
		{Name: "gone", Columns: []*schema.Column{typed("id", "uuid")}},
	} {
		unit := one(withKey(table("t", nullable(typed("ref", "uuid"))), "t_ref", "ref", target))
		_, err := engine(t, db).Run(t.Context(), []migration.Unit{coreUnit(), unit}, migration.Options{})
		oneLine(t, err)
		require.ErrorContains(t, err, `"@test/p"`)
		require.ErrorContains(t, err, "gone")
		require.NotContains(t, err.Error(), "connect")
	}
}

// Two tables that refer to each other, and one to itself.
func foreignKeysInACycle(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func() migration.Unit {
		a, b := table("a", nullable(typed("b", "uuid"))), table("b", nullable(typed("a", "uuid")), nullable(typed("parent", "uuid")))
		withKey(a, "a_b", "b", b)
		withKey(withKey(b, "b_a", "a", a), "b_parent", "parent", b)
		return plugin("p", []*schema.Table{a, b})
	}
	apply(t, db, unit())
	require.Equal(t, 3, query[int](t, db, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'test_p'::regnamespace"))
	settled(t, db, unit())
	// They go together, too.
	execute(t, db, "INSERT INTO test_p.a DEFAULT VALUES")
	forced(t, db, plugin("p", []*schema.Table{table("c")}))
	require.Equal(t, "test_p.c", query[string](t, db, "SELECT string_agg(oid::regclass::text, ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'test_p'::regnamespace"))
	settled(t, db, plugin("p", []*schema.Table{table("c")}))
}

// A foreign key of ent's to a description of a table that another schema owner
// has refers to the real one, and the description makes no table.
func standInIsTheRealTable(t *testing.T) {
	t.Parallel()
	db := open(t)
	standIn := table("agents")
	standIn.Schema = "public"
	unit := one(withKey(table("t", nullable(typed("agent_id", "uuid"))), "t_agent", "agent_id", standIn))
	apply(t, db, coreUnit(), unit)
	require.Equal(t, "FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE", constraintDef(t, db, "test_p.t", "t_agent"))
	require.Equal(t, "c", query[string](t, db, "SELECT confdeltype::text FROM pg_constraint WHERE conname = 't_agent'"))
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_class WHERE relname = 'agents'"))
	settled(t, db, coreUnit(), unit)
}

func defaultsAreTheAuthorsWords(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(table("t", withDefault(typed("at", "timestamptz"), schema.Expr("now()")), withDefault(typed("doc", "jsonb"), "{}"),
		withDefault(integer("n"), schema.Expr("(1 + 2) * (3 + 4)"))))
	result := apply(t, db, unit)
	require.Contains(t, result.Plan.SQL(), "DEFAULT gen_random_uuid()")
	require.Contains(t, result.Plan.SQL(), "DEFAULT now()")
	require.Contains(t, result.Plan.SQL(), "DEFAULT '{}'")
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	require.Equal(t, 21, query[int](t, db, "SELECT n FROM test_p.t"))
	settled(t, db, unit)
}

// A namespace is never dropped: not that of a plugin that is gone, nor one that
// has no declared table left, nor the one that a plugin has left for another.
func namespaceIsNeverDropped(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, coreUnit(), plugin("gone", []*schema.Table{table("t")}), one(table("t")))
	execute(t, db, "INSERT INTO test_gone.t DEFAULT VALUES", "INSERT INTO test_p.t DEFAULT VALUES", "CREATE SCHEMA stranger", "CREATE TABLE test_p.theirs (id int)")
	moved := one(table("t"))
	moved.Schema.Namespace = "elsewhere"
	for _, units := range [][]migration.Unit{
		{coreUnit(), one(table("t"))},
		{coreUnit(), one(table("t")), {Plugin: "@test/gone"}},
		{coreUnit(), moved},
		{{Plugin: "@test/none"}},
	} {
		result := forced(t, db, units...)
		require.NotContains(t, result.Plan.SQL(), "DROP")
		require.Equal(t, 2, query[int](t, db, "SELECT (SELECT count(*) FROM test_gone.t) + (SELECT count(*) FROM test_p.t)"))
	}
	result := forced(t, db, coreUnit(), one(table("other")))
	require.NotContains(t, result.Plan.SQL(), "DROP SCHEMA")
	require.Equal(t, 4, query[int](t, db, "SELECT count(*) FROM pg_namespace WHERE nspname IN ('test_gone', 'test_p', 'elsewhere', 'stranger')"))
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_tables WHERE schemaname = 'test_p' AND tablename = 'theirs'"))
}

// Reserved words, capitals, quotes and other scripts as names of everything.
func reservedWordsAreNames(t *testing.T) {
	t.Parallel()
	for namespace, n := range map[string][]string{
		"select": {"table", "order", "user", "check", "primary", "references", "all", "where"},
		"quotes": {`a "table"`, `a "column"`, `a "ref"`, `an "index"`, `a "key"`, `a "check"`, `a "rule"`, "mood"},
		"user":   {"Mixed Case", "per cent %", "größe", "a.b", "it's", "back\\slash 🙂", "two words", "mood"},
	} {
		t.Run(namespace, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			unit := func(columns ...*schema.Column) migration.Unit {
				notes := table(n[0], append([]*schema.Column{text(n[1]), nullable(typed(n[2], "uuid")), nullable(typed("mood", n[7]))}, columns...)...)
				withKey(withIndex(notes, n[3], false, n[1]), n[4], n[2], notes)
				withCheck(notes, n[5], `length("`+strings.ReplaceAll(n[1], `"`, `""`)+`") > 0`)
				notes.Comment = "it's " + n[0]
				return migration.Unit{Plugin: "@test/words", Schema: core.Schema{
					Namespace: namespace, Tables: []*schema.Table{notes}, Annotations: []core.SchemaAnnotation{
						&entpg.EnumType{Table: n[0], Column: "mood", Name: n[7], Values: []string{"it's", `a "quote"`, "null"}},
						&entpg.UniqueKey{Table: n[0], Name: n[6], Columns: []string{n[1], n[2]}},
						&entpg.RowSecurity{Table: n[0]},
						&entpg.Policy{Table: n[0], Name: n[6], Using: "true"},
						&entpg.Index{Table: n[0], Name: n[1] + " 2", Parts: []entpg.Part{{Column: n[1], Desc: true}}, Include: []string{n[2]}, Where: "true"},
					},
				}}
			}
			apply(t, db, unit())
			settled(t, db, unit())
			apply(t, db, unit(nullable(text("more"))))
			settled(t, db, unit(nullable(text("more"))))
		})
	}
}

// Names of 63 bytes, everywhere, in a namespace of 63 bytes.
func namesOfFullLength(t *testing.T) {
	t.Parallel()
	db := open(t)
	name := func(first string) string { return first + strings.Repeat("x", 63-len(first)) }
	unit := func(expr string) migration.Unit {
		notes := table(name("t"), text(name("c")), nullable(typed(name("r"), "uuid")), nullable(text(name("g"))), nullable(typed(name("e"), name("mood"))))
		withCheck(withKey(withIndex(notes, name("i"), false, name("c")), name("f"), name("r"), notes), name("k"), name("c")+" <> ''")
		return migration.Unit{Plugin: "@test/long", Schema: core.Schema{
			Namespace: name("n"), Tables: []*schema.Table{notes}, Annotations: []core.SchemaAnnotation{
				&entpg.GeneratedColumn{Table: name("t"), Column: name("g"), Expr: expr},
				&entpg.EnumType{Table: name("t"), Column: name("e"), Name: name("mood"), Values: []string{name("v")}},
				&entpg.Policy{Table: name("t"), Name: name("p"), Using: name("c") + " <> ''"},
			},
		}}
	}
	apply(t, db, unit("lower("+name("c")+")"))
	settled(t, db, unit("lower("+name("c")+")"))
	apply(t, db, unit("upper("+name("c")+")"))
	settled(t, db, unit("upper("+name("c")+")"))
	noShadow(t, db)
}
