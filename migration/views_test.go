package migration_test

import (
	"database/sql"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// notes is a schema owner with a table of notes, its columns besides, and
// views.
func notes(columns []*schema.Column, views ...entpg.View) migration.Unit {
	var annotations []core.SchemaAnnotation
	for i := range views {
		annotations = append(annotations, &views[i])
	}
	t := table("notes", append([]*schema.Column{text("title"), nullable(text("owner"))}, columns...)...)
	return plugin("p", []*schema.Table{t}, annotations...)
}

var titles = entpg.View{Name: "titles", SQL: "SELECT id, title FROM notes"}

// viewRows is what a view returns, as text.
func viewRows(t testing.TB, db *sql.DB, view string) string {
	t.Helper()
	return query[string](t, db, "SELECT coalesce(string_agg(v::text, ' ' ORDER BY v::text), '') FROM test_p."+view+" v")
}

func TestViewIsCreated(t *testing.T) {
	t.Parallel()
	db := open(t)
	// Their names are in the opposite order of what they read.
	unit := notes(nil,
		entpg.View{Name: "a", SQL: "SELECT title FROM b"},
		entpg.View{Name: "b", SQL: "SELECT title FROM c WHERE title <> 'a'", SecurityBarrier: true},
		entpg.View{Name: "c", SQL: "SELECT n.title, 'b' AS word FROM test_p.notes n -- a", SecurityInvoker: true},
	)
	dry, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{DryRun: true})
	require.NoError(t, err)
	require.Equal(t, 3, countKind(dry.Plan, plan.AddView))
	require.False(t, query[bool](t, db, "SELECT EXISTS (SELECT FROM pg_views WHERE schemaname = 'test_p')"))

	result := apply(t, db, unit)
	require.Equal(t, 3, countKind(result.Plan, plan.AddView))
	settled(t, db, unit)
	execute(t, db, "INSERT INTO test_p.notes (title) VALUES ('a'), ('z')")
	require.Equal(t, "(z)", viewRows(t, db, "a"))
	require.Equal(t, "{security_barrier=true}", query[string](t, db, "SELECT reloptions::text FROM pg_class WHERE oid = 'test_p.b'::regclass"))

	// The reverses lead back.
	for i := len(result.Plan.Statements) - 1; i >= 0; i-- {
		execute(t, db, result.Plan.Statements[i].Reverse...)
	}
	require.False(t, query[bool](t, db, "SELECT EXISTS (SELECT FROM pg_views WHERE schemaname = 'test_p')"))
}

func countKind(p *plan.Plan, kind plan.Kind) int {
	n := 0
	for _, k := range changeKinds(p) {
		if k == kind {
			n++
		}
	}
	return n
}

// A view that is changed keeps what others gave to it, and what reads it.
func TestViewChanges(t *testing.T) {
	t.Parallel()
	reader := entpg.View{Name: "upper_titles", SQL: "SELECT upper(title) AS title FROM titles"}
	number := func(name string) []*schema.Column { return []*schema.Column{nullable(typed(name, "integer"))} }
	tests := map[string]struct {
		before, after migration.Unit
		inPlace       bool
	}{
		"condition": {
			notes(nil, titles, reader),
			notes(nil, entpg.View{Name: "titles", SQL: "SELECT id, title FROM notes WHERE title <> 'hidden'"}, reader), true,
		},
		"options": {
			notes(nil, titles, reader),
			notes(nil, entpg.View{Name: "titles", SQL: titles.SQL, SecurityBarrier: true}, reader), true,
		},
		"column more": {
			notes(nil, titles, reader),
			notes(nil, entpg.View{Name: "titles", SQL: "SELECT id, title, owner FROM notes"}, reader), true,
		},
		"column less": {
			notes(nil, entpg.View{Name: "titles", SQL: "SELECT owner, id, title FROM notes"}, reader),
			notes(nil, titles, reader), false,
		},
		"order of columns": {
			notes(nil, entpg.View{Name: "titles", SQL: "SELECT title, id FROM notes"}, reader),
			notes(nil, titles, reader), false,
		},
		"type below": {
			notes(number("n"), entpg.View{Name: "titles", SQL: "SELECT id, title, n FROM notes"}, reader),
			notes([]*schema.Column{nullable(typed("n", "bigint"))}, entpg.View{Name: "titles", SQL: "SELECT id, title, n FROM notes"}, reader), false,
		},
		"condition and type below": {
			notes(number("n"), entpg.View{Name: "titles", SQL: "SELECT id, title FROM notes WHERE coalesce(n, 5) > 1"}, reader),
			notes([]*schema.Column{nullable(typed("n", "bigint"))}, entpg.View{Name: "titles", SQL: "SELECT id, title FROM notes WHERE coalesce(n, 5) > 2"}, reader), false,
		},
		"column below goes": {
			notes(number("n"), entpg.View{Name: "titles", SQL: "SELECT id, title, n FROM notes"}, reader),
			notes(nil, titles, reader), false,
		},
		"column of a condition goes": {
			notes(number("n"), entpg.View{Name: "titles", SQL: "SELECT id, title FROM notes WHERE coalesce(n, 5) > 1"}, reader),
			notes(nil, titles, reader), false,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, test.before)
			execute(t, db,
				"INSERT INTO test_p.notes (title) VALUES ('a')",
				"COMMENT ON VIEW test_p.titles IS 'it''s theirs'",
				"COMMENT ON COLUMN test_p.titles.title IS 'a column'",
				"GRANT SELECT ON test_p.titles TO pg_monitor WITH GRANT OPTION",
				"GRANT SELECT (title) ON test_p.titles TO PUBLIC",
				"GRANT SELECT ON test_p.upper_titles TO pg_monitor",
				"ALTER VIEW test_p.titles ALTER COLUMN title SET DEFAULT 'x'",
				"CREATE FUNCTION test_p.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
				"CREATE TRIGGER by_hand INSTEAD OF INSERT ON test_p.titles FOR EACH ROW EXECUTE FUNCTION test_p.nothing()",
			)
			if !test.inPlace {
				execute(t, db, "ALTER VIEW test_p.titles OWNER TO pg_signal_backend",
					"GRANT USAGE ON SCHEMA test_p TO pg_signal_backend", "GRANT SELECT ON test_p.notes TO pg_signal_backend")
			}
			const given = `SELECT concat_ws(E'\n', obj_description(c.oid, 'pg_class'), pg_get_userbyid(c.relowner), c.relacl::text,
				(SELECT tgname FROM pg_trigger WHERE tgrelid = c.oid),
				(SELECT concat_ws(' ', col_description(c.oid, a.attnum), a.attacl::text, a.atthasdef) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'title'),
				(SELECT relacl::text FROM pg_class WHERE oid = 'test_p.upper_titles'::regclass))
				FROM pg_class c WHERE c.oid = 'test_p.titles'::regclass`
			before := query[string](t, db, given)
			oid := query[int](t, db, "SELECT 'test_p.titles'::regclass::oid::int")
			result, err := engine(t, db).Run(t.Context(), unitsOf(test.after), migration.Options{Force: true})
			require.NoError(t, err)
			require.Equal(t, before, query[string](t, db, given), "%s", result.Plan.SQL())
			require.Equal(t, test.inPlace, oid == query[int](t, db, "SELECT 'test_p.titles'::regclass::oid::int"), "%s", result.Plan.SQL())
			settled(t, db, test.after)
			require.Equal(t, "(A)", viewRows(t, db, "upper_titles"))
		})
	}
}

// The reverses of a view's changes lead back, with what others gave to it.
func TestViewReverses(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"condition": "SELECT id, title FROM notes WHERE title <> ''", "column more": "SELECT id, title, owner FROM notes", "column less": "SELECT id FROM notes",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, notes(nil, titles))
			execute(t, db, "GRANT SELECT ON test_p.titles TO pg_monitor")
			result := apply(t, db, notes(nil, entpg.View{Name: "titles", SQL: sql}))
			for i := len(result.Plan.Statements) - 1; i >= 0; i-- {
				execute(t, db, result.Plan.Statements[i].Reverse...)
			}
			report, err := engine(t, db).Check(t.Context(), unitsOf(notes(nil, titles)))
			require.NoError(t, err)
			require.True(t, report.Equal, "%v", report.Differences)
		})
	}
}

// A view follows the renaming of what it reads.
// A view may name what it reads with the namespace: that is the table as it will
// be, and not as it is.
func TestViewWithNamespace(t *testing.T) {
	t.Parallel()
	view := entpg.View{Name: "numbers", SQL: "SELECT id, n, coalesce(n, 5) AS m FROM test_p.notes"}
	small := notes([]*schema.Column{{Name: "n", Type: field.TypeInt32, Nullable: true}}, view)
	large := notes([]*schema.Column{{Name: "n", Type: field.TypeInt64, Nullable: true}}, view)
	db := open(t)
	apply(t, db, small)
	apply(t, db, large)
	settled(t, db, large)
	// A column that goes is missing already in the plan.
	_, err := engine(t, db).Run(t.Context(), unitsOf(notes(nil, view)), migration.Options{DryRun: true, Force: true})
	require.ErrorContains(t, err, "does not build")
}

// Default privileges do not give back what was revoked from a view.
func TestViewKeepsRevokedRights(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, notes(nil))
	execute(t, db, "ALTER DEFAULT PRIVILEGES IN SCHEMA test_p GRANT SELECT ON TABLES TO pg_monitor")
	apply(t, db, notes(nil, titles))
	execute(t, db, "REVOKE ALL ON test_p.titles FROM pg_monitor")
	apply(t, db, notes(nil, entpg.View{Name: "titles", SQL: "SELECT title, id FROM notes"}))
	require.False(t, query[bool](t, db, "SELECT has_table_privilege('pg_monitor', 'test_p.titles', 'SELECT')"))
}

// The name of a column is not taken for the view of that name.
func TestViewNamedLikeAColumn(t *testing.T) {
	t.Parallel()
	unit := notes(nil,
		entpg.View{Name: "authors", SQL: "SELECT owner, count(*) AS posts FROM notes GROUP BY owner"},
		entpg.View{Name: "posts", SQL: "SELECT owner FROM authors"})
	db := open(t)
	apply(t, db, unit)
	settled(t, db, unit)
}

// A query that hides a second statement is refused, and nothing of it happens.
func TestViewIsOneStatement(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, sql := range []string{
		"SELECT $$'$$ AS a; CREATE TABLE public.evil (); COMMENT ON TABLE public.evil IS 'x'",
		`SELECT E'\'' AS a; CREATE TABLE public.evil (); COMMENT ON TABLE public.evil IS 'x'`,
	} {
		_, err := engine(t, db).Run(t.Context(), unitsOf(notes(nil, entpg.View{Name: "v", SQL: sql})), migration.Options{})
		require.ErrorContains(t, err, "does not build")
		require.True(t, query[bool](t, db, "SELECT to_regclass('public.evil') IS NULL"))
	}
}

// A view that has no columns can be read, declared or by hand.
func TestViewWithoutColumns(t *testing.T) {
	t.Parallel()
	unit := notes(nil, entpg.View{Name: "none", SQL: "SELECT FROM notes"})
	db := open(t)
	apply(t, db, unit)
	settled(t, db, unit)
}

// A view that could be replaced in place reads one that has to be dropped.
func TestViewReversesOverAnother(t *testing.T) {
	t.Parallel()
	stacked := func(top, base string) migration.Unit {
		return notes(nil, entpg.View{Name: "a_top", SQL: top}, entpg.View{Name: "z_base", SQL: base})
	}
	before := stacked("SELECT id FROM z_base", "SELECT id, title FROM notes")
	after := stacked("SELECT id FROM z_base WHERE id IS NOT NULL", "SELECT id FROM notes")
	db := open(t)
	apply(t, db, before)
	execute(t, db, "GRANT SELECT ON test_p.a_top TO pg_monitor")
	result := apply(t, db, after)
	settled(t, db, after)
	for i := len(result.Plan.Statements) - 1; i >= 0; i-- {
		execute(t, db, result.Plan.Statements[i].Reverse...)
	}
	report, err := engine(t, db).Check(t.Context(), unitsOf(before))
	require.NoError(t, err)
	require.True(t, report.Equal, "%v", report.Differences)
	require.True(t, query[bool](t, db, "SELECT has_table_privilege('pg_monitor', 'test_p.a_top', 'SELECT')"))
}

func TestViewOverRenamed(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, notes(nil, titles))
	execute(t, db, "INSERT INTO test_p.notes (title) VALUES ('a')", "GRANT SELECT ON test_p.titles TO pg_monitor")
	renamed := plugin("p", []*schema.Table{table("memos", text("heading"), nullable(text("owner")))},
		&entpg.Renamed{Table: "memos", From: "notes"}, &entpg.Renamed{Table: "memos", Column: "heading", From: "title"},
		&entpg.View{Name: "titles", SQL: "SELECT id, heading AS title FROM memos"})
	result := apply(t, db, renamed)
	require.Zero(t, countKind(result.Plan, plan.AlterView), "%v", result.Plan.Changes)
	settled(t, db, renamed)
	require.Equal(t, "1", query[string](t, db, "SELECT count(*)::text FROM test_p.titles"))
}

// A view that is not declared any more goes, when the engine has made it.
func TestViewRemoved(t *testing.T) {
	t.Parallel()
	db := open(t)
	reader := entpg.View{Name: "a_reader", SQL: "SELECT title FROM titles"}
	apply(t, db, notes(nil, titles, reader))
	execute(t, db, "CREATE VIEW test_p.by_hand AS SELECT 1 AS one")
	result := apply(t, db, notes(nil))
	require.Equal(t, 2, countKind(result.Plan, plan.DropView))
	settled(t, db, notes(nil))
	require.Equal(t, "by_hand", query[string](t, db, "SELECT string_agg(viewname, ' ') FROM pg_views WHERE schemaname = 'test_p'"))
}

// A table goes with the view over it.
func TestViewRemovedWithItsTable(t *testing.T) {
	t.Parallel()
	db := open(t)
	both := plugin("p", []*schema.Table{table("notes", text("title")), table("logs", text("line"))},
		&entpg.View{Name: "lines", SQL: "SELECT line FROM logs"}, &entpg.View{Name: "how_many", SQL: "SELECT count(*) AS n FROM logs"})
	apply(t, db, both)
	one := plugin("p", []*schema.Table{table("notes", text("title"))}, &entpg.View{Name: "lines", SQL: "SELECT title AS line FROM notes"})
	_, err := engine(t, db).Run(t.Context(), unitsOf(one), migration.Options{Force: true})
	require.NoError(t, err)
	settled(t, db, one)
}

// Views made by hand are left alone, and named where they are in the way.
func TestViewByHand(t *testing.T) {
	t.Parallel()
	t.Run("of another name", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		apply(t, db, notes(nil, titles))
		execute(t, db, "CREATE VIEW test_p.by_hand AS SELECT title FROM test_p.notes")
		settled(t, db, notes(nil, titles))
	})
	t.Run("of the same name and query", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		apply(t, db, notes(nil))
		execute(t, db, "CREATE VIEW test_p.titles AS SELECT id, title FROM test_p.notes")
		require.Empty(t, apply(t, db, notes(nil, titles)).Plan.Statements)
		settled(t, db, notes(nil, titles))
		strictly(t, db, notes(nil)) // it is the engine's now
		require.Zero(t, query[int](t, db, "SELECT count(*) FROM pg_views WHERE schemaname = 'test_p'"))
	})
	t.Run("of the same name", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		apply(t, db, notes(nil))
		execute(t, db, "CREATE VIEW test_p.titles AS SELECT title FROM test_p.notes")
		_, err := engine(t, db).Run(t.Context(), unitsOf(notes(nil, titles)), migration.Options{})
		var refused *migration.RefusedError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, plan.AdoptView, refused.Changes[0].Kind)
		require.ErrorContains(t, err, "test_p.titles")
		require.ErrorContains(t, err, "rename or drop it")
		oneLine(t, err)
		_, err = engine(t, db).Run(t.Context(), unitsOf(notes(nil, titles)), migration.Options{Force: true})
		require.NoError(t, err)
		settled(t, db, notes(nil, titles))
	})
	t.Run("a table of the same name", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		apply(t, db, notes(nil))
		execute(t, db, "CREATE TABLE test_p.titles (x integer)")
		_, err := engine(t, db).Run(t.Context(), unitsOf(notes(nil, titles)), migration.Options{})
		require.ErrorContains(t, err, "test_p.titles")
		require.ErrorContains(t, err, "rename it")
	})
	t.Run("over a declared one", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		apply(t, db, notes(nil, titles))
		execute(t, db, "CREATE VIEW test_p.by_hand AS SELECT title FROM test_p.titles")
		apply(t, db, notes(nil, entpg.View{Name: "titles", SQL: "SELECT id, title FROM notes WHERE title <> ''"})) // in place
		_, err := engine(t, db).Run(t.Context(), unitsOf(notes(nil, entpg.View{Name: "titles", SQL: "SELECT title FROM notes"})), migration.Options{})
		require.ErrorContains(t, err, "view by_hand depends on view titles")
		require.ErrorContains(t, err, "drop what depends on it, start again")
		oneLine(t, err)
	})
}

// The fast path sees a view that was changed by hand, and the run puts it back.
func TestViewDrift(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]string{
		"query":   "CREATE OR REPLACE VIEW test_p.titles AS SELECT id, title FROM test_p.notes LIMIT 1",
		"options": "ALTER VIEW test_p.titles SET (security_barrier = true)",
		"column":  "ALTER VIEW test_p.titles RENAME COLUMN title TO name",
		"dropped": "DROP VIEW test_p.titles",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, notes(nil, titles))
			execute(t, db, by)
			require.False(t, apply(t, db, notes(nil, titles)).UpToDate)
			settled(t, db, notes(nil, titles))
		})
	}
}

// A plugin's view reads core's tables and another plugin's views.
func TestViewOverOtherUnits(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := notes(nil, titles)
	second := plugin("q", []*schema.Table{table("t", text("x"))},
		&entpg.View{Name: "a", SQL: "SELECT n.title, a.name FROM titles n CROSS JOIN agents a"})
	second.DependsOn = []string{first.Plugin}
	apply(t, db, coreUnit(), first, second)
	settled(t, db, coreUnit(), first, second)
	// What it reads is created again, and so is it.
	first = notes(nil, entpg.View{Name: "titles", SQL: "SELECT title FROM notes"})
	apply(t, db, coreUnit(), first, second)
	settled(t, db, coreUnit(), first, second)
}

func TestViewMistakes(t *testing.T) {
	t.Parallel()
	for want, unit := range map[string]migration.Unit{
		"name the columns":         notes(nil, entpg.View{Name: "v", SQL: "SELECT * FROM notes"}),
		"has no SQL":               notes(nil, entpg.View{Name: "v"}),
		"twice":                    notes(nil, titles, titles),
		"a table and a view":       notes(nil, entpg.View{Name: "notes", SQL: "SELECT 1 AS one"}),
		"does not build":           notes(nil, entpg.View{Name: "v", SQL: "SELECT nothing FROM notes"}),
		"and no table":             plugin("p", nil, &entpg.View{Name: "v", SQL: "SELECT 1 AS one"}),
		"PostgreSQL keeps 63":      notes(nil, entpg.View{Name: "v234567890123456789012345678901234567890123456789012345678901234", SQL: "SELECT 1 AS one"}),
		"one query, without one":   notes(nil, entpg.View{Name: "v", SQL: "SELECT 1 AS one; DROP TABLE notes"}),
		"has no Name: give it one": notes(nil, entpg.View{SQL: "SELECT 1 AS one"}),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, err := engine(t, open(t)).Run(t.Context(), unitsOf(unit), migration.Options{})
			require.ErrorContains(t, err, want)
			oneLine(t, err)
		})
	}
}

func TestViewIsPrinted(t *testing.T) {
	t.Parallel()
	// A comment at the end of a query does not take in what follows.
	unit := notes(nil, titles,
		entpg.View{Name: "a_commented", SQL: "SELECT id FROM notes -- all of them"},
		entpg.View{Name: "b_commented", SQL: "SELECT id FROM a_commented"})
	script, err := migration.PrintSQL(t.Context(), unitsOf(unit))
	require.NoError(t, err)
	require.Contains(t, script, `CREATE VIEW "test_p"."titles" AS SELECT id, title FROM notes;`)
	db := open(t)
	execute(t, db, script)
	require.Empty(t, apply(t, db, unit).Plan.Statements)
	_, err = migration.PrintHCL(t.Context(), unitsOf(unit))
	require.NoError(t, err)
}
