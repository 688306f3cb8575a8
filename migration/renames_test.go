package migration_test

import (
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

func renamedColumn(table, from, to string) core.SchemaAnnotation {
	return &entpg.Renamed{Table: table, Column: to, From: from}
}

func renamedTable(from, to string) core.SchemaAnnotation {
	return &entpg.Renamed{Table: to, From: from}
}

// A column with a hint is renamed, with its values, its index, its check, its
// key and its comment; what gets another name is renamed or recreated.
func TestRenameColumn(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(name string, annotations ...core.SchemaAnnotation) migration.Unit {
		users := table("users")
		notes := table("t", text(name), nullable(typed("user_id", "uuid")))
		col(notes, name).Comment = "How to reach them."
		withCheck(withIndex(notes, "by_mail", true, name), "has_at", name+" ~ '@'")
		return plugin("p", []*schema.Table{users, withKey(notes, "owner", "user_id", users)}, annotations...)
	}
	apply(t, db, unit("mail"))
	execute(t, db, "INSERT INTO test_p.t (mail) VALUES ('a@b'), ('c@d')")
	file := query[int](t, db, "SELECT pg_relation_filenode('test_p.by_mail')")
	after := unit("email", renamedColumn("t", "mail", "email"))
	result := apply(t, db, after)
	require.Contains(t, result.Plan.SQL(), `ALTER TABLE "test_p"."t" RENAME COLUMN "mail" TO "email"`)
	require.NotContains(t, result.Plan.SQL(), "DROP COLUMN")
	require.NotContains(t, result.Plan.SQL(), "ADD COLUMN")
	for _, s := range result.Plan.Statements {
		if strings.Contains(s.SQL, "RENAME COLUMN") {
			require.Equal(t, []string{`ALTER TABLE "test_p"."t" RENAME COLUMN "email" TO "mail"`}, s.Reverse)
		}
	}
	require.Equal(t, "a@b,c@d", query[string](t, db, "SELECT string_agg(email, ',' ORDER BY email) FROM test_p.t"))
	require.Equal(t, file, query[int](t, db, "SELECT pg_relation_filenode('test_p.by_mail')"), "the index was rebuilt")
	require.Equal(t, "CHECK ((email ~ '@'::text))", constraintDef(t, db, "test_p.t", "has_at"))
	require.Equal(t, "How to reach them.", query[string](t, db, "SELECT col_description('test_p.t'::regclass, 2)"))
	settled(t, db, after)

	// The hint may stay, go, and stay on a database that never had the name.
	settled(t, db, unit("email", renamedColumn("t", "mail", "email")))
	require.True(t, apply(t, db, unit("email")).UpToDate)
	empty := open(t)
	apply(t, empty, after)
	settled(t, empty, after)
}

// A table with a hint is renamed, with its rows; what is named after it
// follows, and who refers to it still does.
func TestRenameTable(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(name string, annotations ...core.SchemaAnnotation) migration.Unit {
		people := withIndex(table(name, text("x")), name+"_by_x", false, "x")
		notes := withKey(table("notes", nullable(typed("person_id", "uuid"))), "person", "person_id", people)
		return plugin("p", []*schema.Table{people, notes}, append(annotations, &entpg.UniqueKey{Table: name, Name: "x_key", Columns: []string{"x"}})...)
	}
	apply(t, db, unit("people"))
	execute(t, db, "INSERT INTO test_p.people (x) VALUES ('a'), ('b')", "INSERT INTO test_p.notes (person_id) SELECT id FROM test_p.people WHERE x = 'a'")
	after := unit("users", renamedTable("people", "users"))
	result := apply(t, db, after)
	require.Contains(t, result.Plan.SQL(), `ALTER TABLE "test_p"."people" RENAME TO "users"`)
	require.NotContains(t, result.Plan.SQL(), "DROP TABLE")
	require.NotContains(t, result.Plan.SQL(), "CREATE TABLE")
	require.Equal(t, "a", query[string](t, db, "SELECT u.x FROM test_p.users u JOIN test_p.notes n ON n.person_id = u.id"))
	require.Equal(t, "FOREIGN KEY (person_id) REFERENCES test_p.users(id) ON DELETE CASCADE", constraintDef(t, db, "test_p.notes", "person"))
	require.Equal(t, "PRIMARY KEY (id)", constraintDef(t, db, "test_p.users", "users_pkey"))
	require.NotEmpty(t, indexDef(t, db, "test_p", "users_by_x"))
	require.Empty(t, indexDef(t, db, "test_p", "people_by_x"))
	settled(t, db, after)
	require.True(t, apply(t, db, unit("users")).UpToDate)
}

// Everything that a table can have, and that is named after it or after a
// column, follows: nothing is dropped or rebuilt.
func TestRenameEverythingOnATable(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(name, column string, hints ...core.SchemaAnnotation) migration.Unit {
		notes := table(name, text(column), integer("n"), nullable(text("g")), withDefault(typed("m", "mood"), schema.Expr("'a'")))
		withCheck(withIndex(notes, name+"_i", false, column), "c", column+" <> ''")
		notes.Comment = "Notes."
		return one(notes, append(hints,
			&entpg.IdentityColumn{Table: name, Column: "n"}, &entpg.GeneratedColumn{Table: name, Column: "g", Expr: "lower(" + column + ")"},
			&entpg.EnumType{Table: name, Column: "m", Name: "mood", Values: []string{"a"}},
			&entpg.RowSecurity{Table: name}, &entpg.Policy{Table: name, Name: "p", Using: column + " = 'a'"},
			&entpg.Index{Table: name, Name: name + "_e", Parts: []entpg.Part{{Expr: "lower(" + column + ")"}}, Where: column + " <> 'z'"},
			&entpg.StorageParameters{Table: name, With: map[string]string{"fillfactor": "70"}},
			&entpg.StoredColumn{Table: name, Column: column, Storage: entpg.StorageExternal},
			&entpg.UniqueKey{Table: name, Name: name + "_" + column + "_key", Columns: []string{column}},
		)...)
	}
	apply(t, db, unit("people", "mail"))
	execute(t, db, "INSERT INTO test_p.people (mail) VALUES ('A'), ('B')")
	files := func(name string) string {
		return query[string](t, db, `SELECT string_agg(relfilenode::text, ' ' ORDER BY relfilenode) FROM pg_class
			WHERE oid = $1::regclass OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = $1::regclass)`, name)
	}
	before := files("test_p.people")
	after := unit("users", "email", renamedTable("people", "users"), renamedColumn("users", "mail", "email"))
	result := apply(t, db, after)
	require.NotContains(t, result.Plan.SQL(), "DROP")
	require.NotContains(t, result.Plan.SQL(), "CREATE")
	require.Equal(t, before, files("test_p.users"), "something was rewritten")
	require.Equal(t, "A 1 a,B 2 b", query[string](t, db, "SELECT string_agg(concat_ws(' ', email, n, g), ',' ORDER BY n) FROM test_p.users"))
	settled(t, db, after)
	empty := open(t)
	apply(t, empty, unit("users", "email"))
	require.Equal(t, dumpDefinitions(t, empty), dumpDefinitions(t, db))
}

// The table and its columns at once, while the renamed column changes its type
// and others come.
func TestRenameWithOtherChanges(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{withIndex(table("people", typed("name", "varchar(20)"), nullable(integer("age"))), "by_name", false, "name")}))
	execute(t, db, "INSERT INTO test_p.people (name, age) VALUES ('Ada', 36)")
	after := plugin("p", []*schema.Table{
		withCheck(withIndex(table("users", withDefault(text("full_name"), "nobody"), nullable(integer("years")), nullable(text("x"))),
			"by_name", true, "full_name"), "named", "full_name <> ''"),
		table("more"),
	}, renamedTable("people", "users"), renamedColumn("users", "name", "full_name"), renamedColumn("users", "age", "years"))
	apply(t, db, after)
	require.Equal(t, "Ada 36", query[string](t, db, "SELECT full_name || ' ' || years FROM test_p.users"))
	require.Equal(t, "text NOT NULL 'nobody'::text", columnType(t, db, "test_p.users", "full_name"))
	require.Equal(t, "CREATE UNIQUE INDEX by_name ON test_p.users USING btree (full_name)", indexDef(t, db, "test_p", "by_name"))
	settled(t, db, after)
}

// Names that move on by one: each hint is about the name that the database has.
func TestRenameColumnsInAChain(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("a"), text("b"), text("c"))))
	execute(t, db, "INSERT INTO test_p.t (a, b, c) VALUES ('1', '2', '3')")
	chain := one(table("t", text("b"), text("c"), text("d")), renamedColumn("t", "a", "b"), renamedColumn("t", "b", "c"), renamedColumn("t", "c", "d"))
	apply(t, db, chain)
	require.Equal(t, "1 2 3", query[string](t, db, "SELECT concat_ws(' ', b, c, d) FROM test_p.t"))
	settled(t, db, chain)
}

// Tables that move on by one, and what is named after them.
func TestRenameTablesInAChain(t *testing.T) {
	t.Parallel()
	db := open(t)
	named := func(name string) *schema.Table { return withIndex(table(name, text("x")), name+"_by_x", false, "x") }
	apply(t, db, plugin("p", []*schema.Table{named("a"), named("b")}))
	execute(t, db, "INSERT INTO test_p.a (x) VALUES ('1')", "INSERT INTO test_p.b (x) VALUES ('2')")
	chain := plugin("p", []*schema.Table{named("b"), named("c")}, renamedTable("a", "b"), renamedTable("b", "c"))
	result := apply(t, db, chain)
	require.NotContains(t, result.Plan.SQL(), "DROP")
	require.Equal(t, "1 2", query[string](t, db, "SELECT (SELECT x FROM test_p.b) || ' ' || (SELECT x FROM test_p.c)"))
	settled(t, db, chain)
}

// A hint whose old name belongs to something else that is declared, or that
// has both names in the database, renames nothing.
func TestRenameHintThatDoesNotApply(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("a"), text("b"))))
	execute(t, db, "INSERT INTO test_p.t (a, b) VALUES ('1', '2')")
	both := one(table("t", text("a"), text("b")), renamedColumn("t", "a", "b"))
	require.True(t, apply(t, db, both).Plan.Empty())
	require.Equal(t, "1 2", query[string](t, db, "SELECT a || ' ' || b FROM test_p.t"))
	// The old one goes: that is a drop, hint or not.
	refused(t, db, []migration.Unit{one(table("t", text("b")), renamedColumn("t", "a", "b"))}, append(wayOut, "drop column test_p.t.a", "1 row")...)
	// A table that was made by hand is not taken under another name.
	execute(t, db, "CREATE TABLE test_p.theirs (id int)")
	after := plugin("p", []*schema.Table{table("t", text("a"), text("b")), table("mine")}, renamedTable("theirs", "mine"))
	apply(t, db, after)
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_tables WHERE tablename = 'theirs'"))
	settled(t, db, after)
}

// Without a hint a rename is a drop and an add. It is refused, and the error
// says how to hint where the types are equal.
func TestRenameWithoutAHint(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{table("people", nullable(text("mail")), nullable(integer("age")))}))
	execute(t, db, "INSERT INTO test_p.people (mail, age) VALUES ('a@b', 1)")
	e := refused(t, db, []migration.Unit{plugin("p", []*schema.Table{table("people", nullable(text("email")), nullable(integer("age")))})},
		append(wayOut, "drop column test_p.people.mail", "1 row", `entpg.RenamedFrom("mail")`)...)
	require.Equal(t, plan.DropColumn, e.Changes[0].Kind)

	_, err := engine(t, db).Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("people", nullable(typed("mails", "text[]")), nullable(integer("age")))})}, migration.Options{})
	require.ErrorContains(t, err, "drop column test_p.people.mail")
	require.NotContains(t, err.Error(), "RenamedFrom", "no column of that type is new")

	refused(t, db, []migration.Unit{plugin("p", []*schema.Table{table("users", nullable(text("mail")), nullable(integer("age")))})},
		append(wayOut, "drop table test_p.people", "1 row", `entpg.RenamedFrom("people")`)...)
}

// The declarations that make no sense.
func TestRenameDeclarations(t *testing.T) {
	t.Parallel()
	db := openURL(t, "postgresql://127.0.0.1:1/none")
	for name, unit := range map[string]migration.Unit{
		"column that is not there": one(table("t"), renamedColumn("t", "old", "gone")),
		"table that is not there":  one(table("t"), renamedTable("old", "gone")),
		"two from one":             one(table("t", text("a"), text("b")), renamedColumn("t", "old", "a"), renamedColumn("t", "old", "b")),
		"columns of each other":    one(table("t", text("a"), text("b")), renamedColumn("t", "b", "a"), renamedColumn("t", "a", "b")),
		"three of each other":      one(table("t", text("a"), text("b"), text("c")), renamedColumn("t", "b", "a"), renamedColumn("t", "c", "b"), renamedColumn("t", "a", "c")),
		"tables of each other":     plugin("p", []*schema.Table{table("a"), table("b")}, renamedTable("a", "b"), renamedTable("b", "a")),
		"two tables from one":      plugin("p", []*schema.Table{table("a"), table("b")}, renamedTable("old", "b"), renamedTable("old", "a")),
		"no old name":              one(table("t", text("gone")), renamedColumn("t", "", "gone")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit}, migration.Options{})
			oneLine(t, err)
			require.ErrorContains(t, err, `"@test/p"`)
			require.NotContains(t, err.Error(), "connect")
		})
	}
}

// Columns or tables that swap their names are refused, and the error names both:
// whether they already did cannot be seen, and values under a wrong name are not
// lost, but found by no one.
func TestRenameHintsOfEachOther(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{table("t", text("a"), text("b")), table("u")}))
	execute(t, db, "INSERT INTO test_p.t (a, b) VALUES ('1', '2')")
	for _, unit := range []migration.Unit{
		plugin("p", []*schema.Table{table("t", text("a"), text("b")), table("u")}, renamedColumn("t", "a", "b"), renamedColumn("t", "b", "a")),
		plugin("p", []*schema.Table{table("t", text("a"), text("b")), table("u")}, renamedTable("t", "u"), renamedTable("u", "t")),
	} {
		_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{Force: true})
		oneLine(t, err)
		require.ErrorContains(t, err, " and ")
		require.ErrorContains(t, err, "renamed from each other")
	}
	require.Equal(t, "1 2", query[string](t, db, "SELECT a || ' ' || b FROM test_p.t"))
}

// A column or table that was renamed twice has two hints, and whichever name the
// database has is found.
func TestRenamedTwice(t *testing.T) {
	t.Parallel()
	unit := func(name, column string, hints ...core.SchemaAnnotation) migration.Unit {
		return one(table(name, text(column)), hints...)
	}
	now := unit("t3", "c3", renamedTable("t1", "t3"), renamedTable("t2", "t3"), renamedColumn("t3", "c1", "c3"), renamedColumn("t3", "c2", "c3"))
	for _, before := range []migration.Unit{unit("t1", "c1"), unit("t2", "c1"), unit("t1", "c2"), unit("t2", "c2")} {
		db := open(t)
		apply(t, db, before)
		name := before.Schema.Tables[0]
		execute(t, db, "INSERT INTO test_p."+name.Name+" ("+name.Columns[1].Name+") VALUES ('kept')")
		apply(t, db, now)
		settled(t, db, now)
		require.Equal(t, "kept", query[string](t, db, "SELECT c3 FROM test_p.t3"))
	}
}

// A dry run holds a table that its schema says was renamed no longer than it may, and
// then says what waits for the answer.
func TestDryRunHoldsRenamedTablesBriefly(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("people", nullable(text("name")))))
	unit := one(table("users", nullable(text("name"))), renamedTable("people", "users"))
	_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{DryRun: true, HoldLimit: time.Nanosecond})
	require.ErrorContains(t, err, "rename table test_p.people")
	require.ErrorContains(t, err, "`elizago migrate plan` holds it for as long as it takes")
	execute(t, db, "DO $$BEGIN LOCK TABLE test_p.people; END$$")

	// As it says.
	planned, err := engine(t, db).Plan(t.Context(), unitsOf(unit))
	require.NoError(t, err)
	require.Contains(t, planned.SQL(), `RENAME TO "users"`)
	_, err = engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{DryRun: true, HoldLimit: time.Minute})
	require.NoError(t, err)
}
