package migration_test

import (
	"regexp"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// A label that is renamed under rows: the refusal has the hint to declare, and with
// it the rows have the new label.
func TestEnumLabelIsRenamed(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", withDefault(text("m"), schema.Expr("'sad'"))), mood("sad", "happy")))
	execute(t, db, "INSERT INTO test_p.t (m) VALUES ('sad'), ('happy')")
	now := func(hints ...core.SchemaAnnotation) migration.Unit {
		return one(table("t", withDefault(text("m"), schema.Expr("'gloomy'"))), append(hints, mood("gloomy", "happy"))...)
	}
	refused(t, db, unitsOf(now()), `entpg.ValueRenamedFrom("sad", "gloomy")`)
	after := now(&entpg.RenamedValue{Table: "t", Column: "m", From: "sad", To: "gloomy"})
	result := apply(t, db, after)
	require.Contains(t, result.Plan.SQL(), "RENAME VALUE 'sad' TO 'gloomy'")
	requireChange(t, result.Plan, plan.RenameValue, "test_p.mood.sad")
	settled(t, db, after)
	require.Equal(t, "gloomy,happy", query[string](t, db, "SELECT string_agg(m::text, ',' ORDER BY m) FROM test_p.t"))
	another := open(t)
	apply(t, another, after)
	settled(t, another, after)
	for _, hints := range [][]core.SchemaAnnotation{
		{&entpg.RenamedValue{Table: "t", Column: "m", From: "happy", To: "gloomy"}, &entpg.RenamedValue{Table: "t", Column: "m", From: "gloomy", To: "happy"}},
		{&entpg.RenamedValue{Table: "t", Column: "m", From: "sad", To: "glad"}},
	} {
		_, err := engine(t, db).Run(t.Context(), unitsOf(now(hints...)), migration.Options{})
		oneLine(t, err)
		require.ErrorContains(t, err, `"@test/p"`)
	}
}

// With force a removed label becomes the default of a column that is NOT NULL, and
// leaves an array. Without a default there is nothing to force, and the words do not
// say so.
func TestEnumLabelGoesWithForce(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(x any, values ...string) migration.Unit {
		return one(table("t", withDefault(text("m"), x), nullable(typed("many", "test_p.mood[]"))), mood(values...))
	}
	apply(t, db, unit(schema.Expr("'b'"), "a", "b"))
	execute(t, db, "INSERT INTO test_p.t (m, many) VALUES ('a', '{a,b}'), ('b', '{b}')")
	e := refused(t, db, unitsOf(unit(nil, "b", "c")), "2 rows with a value that goes: a", "without a default", "fix the rows")
	require.NotContains(t, e.Error(), "--force")
	_, err := engine(t, db).Run(t.Context(), unitsOf(unit(nil, "b", "c")), migration.Options{Force: true})
	require.ErrorContains(t, err, "without a default")
	after := unit(schema.Expr("'b'"), "b", "c")
	refused(t, db, unitsOf(after), wayOut...)
	forced(t, db, after)
	settled(t, db, after)
	require.Equal(t, "b {b},b {b}", query[string](t, db, "SELECT string_agg(m || ' ' || many::text, ',') FROM test_p.t"))
}

// A key that gets a type which cannot hold its values: with force each row gets the
// new default, and what refers to it is emptied or refused.
func TestKeyOfAnotherType(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(typ string, x any) migration.Unit {
		id := withDefault(typed("id", typ), x)
		parents := &schema.Table{Name: "parents", Columns: []*schema.Column{id, nullable(text("x"))}, PrimaryKey: []*schema.Column{id}}
		return plugin("p", []*schema.Table{parents, withKey(table("children", nullable(typed("parent", typ))), "fk", "parent", parents)})
	}
	apply(t, db, unit("integer", nil))
	execute(t, db, "INSERT INTO test_p.parents (id) VALUES (1), (2)", "INSERT INTO test_p.children (parent) VALUES (1)")
	after := unit("uuid", schema.Expr("gen_random_uuid()"))
	refused(t, db, unitsOf(after), append(wayOut, "alter type test_p.parents.id")...)
	forced(t, db, after)
	settled(t, db, after)
	require.Equal(t, 2, query[int](t, db, "SELECT count(DISTINCT id) FROM test_p.parents"))
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.children WHERE parent IS NULL"))
}

// What is no plain table has one text, in the plan and in the error, with and
// without force; and following it works.
func TestRelationInTheWay(t *testing.T) {
	t.Parallel()
	for kind, statements := range map[string][]string{
		"view":              {"CREATE VIEW test_p.t AS SELECT 1 AS id"},
		"materialized view": {"CREATE MATERIALIZED VIEW test_p.t AS SELECT 1 AS id"},
		"sequence":          {"CREATE SEQUENCE test_p.t"},
		"partitioned table": {"CREATE TABLE test_p.t (id uuid NOT NULL DEFAULT gen_random_uuid(), x text, PRIMARY KEY (id)) PARTITION BY HASH (id)"},
	} {
		for _, ours := range []bool{false, true} {
			t.Run(kind, func(t *testing.T) {
				t.Parallel()
				db := open(t)
				unit := one(table("t", nullable(text("x"))))
				if ours {
					apply(t, db, unit)
					execute(t, db, "DROP TABLE test_p.t")
				} else {
					execute(t, db, "CREATE SCHEMA test_p")
				}
				execute(t, db, statements...)
				planned, err := engine(t, db).Plan(t.Context(), unitsOf(unit))
				require.NoError(t, err)
				require.Len(t, planned.Refused(), 1)
				for _, force := range []bool{false, true} {
					_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{Force: force})
					var e *migration.RefusedError
					require.ErrorAs(t, err, &e)
					oneLine(t, err)
					require.Equal(t, planned.Refused(), e.Changes)
					require.ErrorContains(t, err, "test_p.t is a "+kind)
					require.ErrorContains(t, err, "rename it")
					require.NotContains(t, err.Error(), "--force")
				}
				execute(t, db, "ALTER "+strings.ToUpper(strings.TrimPrefix(kind, "partitioned "))+" test_p.t RENAME TO theirs")
				if strings.HasPrefix(kind, "partitioned") {
					execute(t, db, "ALTER INDEX test_p.t_pkey RENAME TO theirs_pkey")
				}
				apply(t, db, unit)
				settled(t, db, unit)
			})
		}
	}
}

// A table of another program that has all but what can be added without an effect
// on it is adopted with the addition. Another one is not, and the differences are
// shown; if rows forbid them, force is not offered.
func TestAdoptionOfATable(t *testing.T) {
	t.Parallel()
	const theirs = "CREATE TABLE test_p.t (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, x text)"
	prepare := func(t *testing.T) func(...string) (*migration.Engine, func(migration.Unit, bool) error) {
		return func(statements ...string) (*migration.Engine, func(migration.Unit, bool) error) {
			db := open(t)
			execute(t, db, append([]string{"CREATE SCHEMA test_p", theirs}, statements...)...)
			e := engine(t, db)
			return e, func(u migration.Unit, force bool) error {
				_, err := e.Run(t.Context(), unitsOf(u), migration.Options{Force: force})
				return err
			}
		}
	}
	t.Run("lacks a column and an index", func(t *testing.T) {
		t.Parallel()
		_, run := prepare(t)("INSERT INTO test_p.t (x) VALUES ('a')")
		unit := one(withIndex(table("t", nullable(text("x")), nullable(text("y")), withDefault(text("z"), "q")), "by_x", false, "x"))
		require.NoError(t, run(unit, false))
		require.NoError(t, run(unit, false))
	})
	t.Run("differs", func(t *testing.T) {
		t.Parallel()
		_, run := prepare(t)("INSERT INTO test_p.t (x) VALUES ('1')")
		unit := one(table("t", nullable(integer("x"))))
		err := run(unit, false)
		require.ErrorContains(t, err, "alter type test_p.t.x from text to bigint")
		require.ErrorContains(t, err, "--force")
		require.NoError(t, run(unit, true))
	})
	t.Run("is contradicted by rows", func(t *testing.T) {
		t.Parallel()
		_, run := prepare(t)("INSERT INTO test_p.t (x) VALUES (NULL)")
		unit := one(table("t", text("x")))
		for _, force := range []bool{false, true} {
			err := run(unit, force)
			require.ErrorContains(t, err, "1 row without a value")
			require.ErrorContains(t, err, "rename it")
			require.NotContains(t, err.Error(), "--force")
		}
	})
}

// A table that is adopted with force has its columns renamed as the hints say, and
// without force none.
func TestAdoptionWithARenamedColumn(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{"equal otherwise": "", "and other differences": ", extra int, n text"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			execute(t, db, "CREATE SCHEMA test_p", `CREATE TABLE test_p.t (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, "roomId" text`+more+")",
				`INSERT INTO test_p.t ("roomId") VALUES ('kept')`)
			columns := []*schema.Column{nullable(text("room_id"))}
			if more != "" {
				columns = append(columns, nullable(integer("n")))
			}
			unit := one(table("t", columns...), renamedColumn("t", "roomId", "room_id"))
			refused(t, db, unitsOf(unit), append(wayOut, "adopt table test_p.t")...)
			forced(t, db, unit)
			settled(t, db, unit)
			require.Equal(t, "kept", query[string](t, db, "SELECT room_id FROM test_p.t"))
		})
	}
}

// A string that PostgreSQL reads as the present moment is refused wherever it would
// be, and a text that only has the word is not.
func TestMomentsInDeclarations(t *testing.T) {
	t.Parallel()
	at := func() *schema.Column { return nullable(typed("at", "timestamptz")) }
	for name, unit := range map[string]migration.Unit{
		"default":    one(table("t", withDefault(at(), "now()"))),
		"word":       one(table("t", withDefault(at(), "now"))),
		"day":        one(table("t", withDefault(nullable(typed("at", "date")), "today"))),
		"expression": one(table("t", withDefault(at(), schema.Expr("'Tomorrow 12:00'::timestamptz")))),
		"check":      one(withCheck(table("t", at()), "c", "at > 'yesterday'")),
		"predicate":  one(table("t", at()), &entpg.Index{Table: "t", Name: "i", Parts: parts("at"), Where: "at > 'now'::timestamptz"}),
		"policy":     one(table("t", at()), &entpg.Policy{Table: "t", Name: "p", Using: "at < 'now'"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := engine(t, open(t)).Run(t.Context(), unitsOf(unit), migration.Options{})
			oneLine(t, err)
			require.ErrorContains(t, err, "entsql.DefaultExpr")
			require.ErrorContains(t, err, `"@test/p"`)
		})
	}
	db := open(t)
	words := one(withCheck(table("t", withDefault(nullable(text("x")), "now()"), withDefault(nullable(typed("j", "jsonb")), `{"a":"today"}`),
		withDefault(at(), schema.Expr("now()"))), "c", "x <> 'Tomorrow'"))
	apply(t, db, words)
	settled(t, db, words)
}

// The full precision of a time is the default one, whichever the code or the
// database names.
func TestFullPrecisionIsTheDefault(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{"timestamp", "timestamptz", "time", "timetz", "interval", "timestamp(6)", "timestamptz(6)", "time(6)", "timetz(6)", "interval(6)"} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			plain := strings.TrimSuffix(typ, "(6)")
			execute(t, db, "CREATE SCHEMA test_p", "CREATE TABLE test_p.t (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, a "+plain+"(6), b "+plain+", c "+plain+"(6)[])")
			unit := one(table("t", nullable(typed("a", typ)), nullable(typed("b", typ)), nullable(typed("c", typ+"[]"))))
			require.True(t, apply(t, db, unit).UpToDate)
			settled(t, db, unit)
		})
	}
}

// A table that was renamed by hand keeps the names of its indexes. What needs them
// is refused, with the holder and the statement that works.
func TestNamesThatAreTaken(t *testing.T) {
	t.Parallel()
	unit := one(withIndex(table("t", nullable(text("x"))), "by_x", false, "x"), &entpg.UniqueKey{Table: "t", Name: "key", Columns: []string{"x"}})
	db := open(t)
	apply(t, db, unit)
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')", "ALTER TABLE test_p.t RENAME TO t_2026_backup")
	advice := regexp.MustCompile("as by (ALTER INDEX [^,]+), and start again")
	for range 3 {
		e := refused(t, db, unitsOf(unit), "which no schema declares", "test_p.t_2026_backup", "start again")
		require.NotContains(t, e.Error(), "--force")
		execute(t, db, advice.FindStringSubmatch(e.Error())[1])
	}
	apply(t, db, unit)
	settled(t, db, unit)
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.t_2026_backup"))

	// A view, a type and an index that others have.
	for name, test := range map[string]struct {
		by   string
		unit migration.Unit
	}{
		"index of another table": {"CREATE TABLE test_p.other (x int); CREATE INDEX by_x ON test_p.other (x)", one(withIndex(table("t", nullable(text("x"))), "by_x", false, "x"))},
		"domain":                 {"CREATE DOMAIN test_p.made AS int", plugin("p", []*schema.Table{table("t"), table("made")})},
		"sequence":               {"CREATE SEQUENCE test_p.v", one(table("t"), &entpg.View{Name: "v", SQL: "SELECT id FROM t"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t")))
			execute(t, db, strings.Split(test.by, "; ")...)
			e := refused(t, db, unitsOf(test.unit), "there is already ", "needs the name")
			execute(t, db, regexp.MustCompile("as by (ALTER [^,]+), and start again").FindStringSubmatch(e.Error())[1])
			apply(t, db, test.unit)
			settled(t, db, test.unit)
		})
	}
}

// Rows of a table that inherits do not count against what holds for a table alone.
func TestInheritedRowsDoNotCount(t *testing.T) {
	t.Parallel()
	db := open(t)
	users := table("users")
	before := plugin("p", []*schema.Table{users, table("t", nullable(text("x")), nullable(typed("u", "uuid")))})
	apply(t, db, before)
	execute(t, db, "CREATE TABLE public.archive () INHERITS (test_p.t)", "INSERT INTO test_p.t (x) VALUES ('a')",
		"INSERT INTO public.archive (id, x, u) SELECT id, x, gen_random_uuid() FROM test_p.t")
	after := plugin("p", []*schema.Table{users, withKey(withIndex(table("t", nullable(text("x")), nullable(typed("u", "uuid"))), "by_x", true, "x"), "fk", "u", users)},
		&entpg.UniqueKey{Table: "t", Name: "key", Columns: []string{"x", "u"}})
	apply(t, db, after)
	settled(t, db, after)
}

// A plan says what a view or another object that no schema declares would stop, and
// following its words works.
func TestPlanSaysWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	before := one(table("t", nullable(typed("x", "integer")), nullable(text("m"))), mood("a", "b"))
	for name, test := range map[string]struct {
		by, drop, named string
		after           migration.Unit
	}{
		"view over a type": {
			"CREATE VIEW public.theirs AS SELECT x FROM test_p.t", "DROP VIEW public.theirs", "view public.theirs",
			one(table("t", nullable(typed("x", "bigint")), nullable(text("m"))), mood("a", "b")),
		},
		"materialized view over a column": {
			"CREATE MATERIALIZED VIEW public.theirs AS SELECT x FROM test_p.t", "DROP MATERIALIZED VIEW public.theirs", "materialized view public.theirs",
			one(table("t", nullable(text("m"))), mood("a", "b")),
		},
		"trigger over a column": {
			"CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER theirs BEFORE UPDATE OF x ON test_p.t FOR EACH ROW EXECUTE FUNCTION public.f()",
			"DROP TRIGGER theirs ON test_p.t", "trigger theirs on table test_p.t",
			one(table("t", nullable(typed("x", "bigint")), nullable(text("m"))), mood("a", "b")),
		},
		"view over an enum": {
			"CREATE VIEW public.theirs AS SELECT m FROM test_p.t", "DROP VIEW public.theirs", "view public.theirs",
			one(table("t", nullable(typed("x", "integer")), nullable(text("m"))), mood("b", "a")),
		},
		"function over a column": {
			"CREATE FUNCTION public.theirs() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(x) FROM test_p.t; END", "DROP FUNCTION public.theirs()", "function public.theirs()",
			one(table("t", nullable(typed("x", "bigint")), nullable(text("m"))), mood("a", "b")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, before)
			execute(t, db, test.by)
			result, err := engine(t, db).Run(t.Context(), unitsOf(test.after), migration.Options{DryRun: true, Force: true})
			require.ErrorContains(t, err, test.named)
			require.Nil(t, result)
			_, err = engine(t, db).Run(t.Context(), unitsOf(test.after), migration.Options{Force: true})
			require.ErrorContains(t, err, test.named)
			require.ErrorContains(t, err, "drop it, start again, and create it again")
			execute(t, db, test.drop)
			forced(t, db, test.after)
			settled(t, db, test.after)
		})
	}
}

// A program of another name is told its own commands.
func TestAdviceNamesTheProgram(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("x")))))
	e, err := migration.New(migration.Config{DB: db, Program: "my-agent"})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), unitsOf(one(table("t"))), migration.Options{})
	require.ErrorContains(t, err, "`my-agent migrate apply --force`")
	require.NotContains(t, err.Error(), "elizago migrate")
}

// The namespace of a schema owner is the one that its generated code names.
func TestNamespaceOf(t *testing.T) {
	t.Parallel()
	named := table("t")
	named.Schema = "mine"
	for _, test := range []struct {
		unit migration.Unit
		want string
	}{
		{plugin("p", []*schema.Table{table("t")}), "test_p"},
		{plugin("p", []*schema.Table{named}), "mine"},
		{migration.Unit{Plugin: "@test/p", Schema: core.Schema{Namespace: "yours"}}, "yours"},
	} {
		got, err := migration.NamespaceOf(test.unit)
		require.NoError(t, err)
		require.Equal(t, test.want, got)
	}
	_, err := migration.NamespaceOf(plugin("p", []*schema.Table{named, table("t", text("x")), {Name: "u", Schema: "other"}}))
	require.ErrorContains(t, err, "a plugin owns one")
}
