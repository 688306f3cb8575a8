package migration_test

import (
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// Defect 8. A table that was in the plugin's namespace before, and differs, is
// named and left alone; with leave it is taken over: what is missing is added,
// what no schema declares stays.
func tablesThatWereThereAreSeen(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db,
		"CREATE SCHEMA test_p",
		"CREATE TABLE test_p.t (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, theirs int)",
		"CREATE INDEX theirs_idx ON test_p.t (theirs)",
		"INSERT INTO test_p.t (theirs) VALUES (1), (2)",
		"CREATE TABLE test_p.other (x int)",
	)
	unit := plugin("p", []*schema.Table{
		withIndex(table("t", nullable(text("x")), withDefault(text("y"), "none")), "by_x", false, "x"), table("fresh"),
	})
	e := refused(t, db, []migration.Unit{unit}, append(wayOut, "adopt table test_p.t", "2 rows", `"@test/p"`)...)
	require.Equal(t, []plan.Kind{plan.AdoptTable}, changeKinds(&plan.Plan{Changes: e.Changes}))

	result := forced(t, db, unit)
	require.Equal(t, "none 1,none 2", query[string](t, db, "SELECT string_agg(y || ' ' || theirs, ',' ORDER BY theirs) FROM test_p.t"))
	require.NotEmpty(t, indexDef(t, db, "test_p", "by_x"))
	require.NotEmpty(t, indexDef(t, db, "test_p", "theirs_idx"))
	require.Subset(t, result.Plan.Unmanaged, []string{"column test_p.t.theirs", "index test_p.t.theirs_idx"})
	settled(t, db, unit)

	// Adopted is adopted: from now on what the schema declared is its own.
	refused(t, db, []migration.Unit{plugin("p", []*schema.Table{table("fresh")})}, append(wayOut, "drop table test_p.t")...)
	require.Equal(t, "int4", query[string](t, db, "SELECT udt_name FROM information_schema.columns WHERE table_name = 'other'"))
}

// Defect 9. A dry run leaves the catalog as it was, to the row: no bookkeeping,
// no namespace, no extension, also where tables wait to be adopted and where
// the run is refused.
func dryRunWritesNothing(t *testing.T) {
	t.Parallel()
	vectors := plugin("v", []*schema.Table{table("t", nullable(typed("v", "vector(3)")))}, &entpg.Extension{Table: "t", Name: "pg_trgm"})
	for name, prepare := range map[string]string{
		"nothing there":        "SELECT 1",
		"tables without state": "CREATE SCHEMA test_p; CREATE TABLE test_p.t (x int); INSERT INTO test_p.t VALUES (1)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			execute(t, db, prepare)
			units := []migration.Unit{coreUnit(), vectors, one(table("t", text("x")))}
			before := everything(t, db)
			for _, force := range []bool{false, true} {
				_, err := engine(t, db).Run(t.Context(), units, migration.Options{DryRun: true, Force: force})
				if err != nil {
					require.ErrorContains(t, err, "adopt table test_p.t")
				}
				require.Equal(t, before, everything(t, db))
			}
			plan, err := engine(t, db).Plan(t.Context(), units)
			require.NoError(t, err)
			require.NotEmpty(t, plan.Statements)
			report, err := engine(t, db).Check(t.Context(), units)
			require.NoError(t, err)
			require.False(t, report.Equal)
			_, err = engine(t, db).Status(t.Context(), "@test/p")
			require.NoError(t, err)
			require.Equal(t, before, everything(t, db))
			require.NotContains(t, before, "migrations")
		})
	}
}

// Defect 15. What belongs to another plugin, to an uninstalled one, or
// to no schema owner, is as it was whatever changes in one plugin, or in core.
func otherPluginsAreUntouched(t *testing.T) {
	t.Parallel()
	db := open(t)
	other := func(name string) migration.Unit {
		return plugin(name, []*schema.Table{
			withIndex(withCheck(table("t", nullable(text("x")), nullable(text("server_id"))), "c", "x <> ''"), "by_x", false, "x"),
		})
	}
	full := plugin("p", []*schema.Table{
		withIndex(withCheck(table("t", nullable(text("x")), nullable(text("server_id"))), "c", "x <> ''"), "by_x", false, "x"), table("gone"),
	})
	apply(t, db, coreUnit(), other("a"), other("uninstalled"), full)
	execute(t, db,
		"INSERT INTO test_a.t (x) VALUES ('1')", "INSERT INTO test_uninstalled.t (x) VALUES ('1')",
		"CREATE TABLE public.rooms_of_mine (id int PRIMARY KEY, server_id text)", "CREATE INDEX mine_idx ON public.rooms_of_mine (server_id)",
		"CREATE INDEX on_agents ON public.agents (id)", "INSERT INTO public.rooms_of_mine VALUES (1, 'x')",
		"CREATE SCHEMA stranger", "CREATE TABLE stranger.t (id int)",
	)
	others := func() string {
		var out []string
		for _, line := range strings.Split(dump(t, db), "\n") {
			for _, name := range []string{"test_a.", "test_uninstalled", "rooms_of_mine", "mine_idx", "on_agents", "stranger"} {
				if strings.Contains(line, name) {
					out = append(out, line)
				}
			}
		}
		return strings.Join(out, "\n")
	}
	before := others()
	require.Contains(t, before, "test_uninstalled.by_x")

	// Everything of the one plugin goes, and core's index is built again.
	execute(t, db, "DROP INDEX public.idx_cache_agent")
	forced(t, db, coreUnit(), other("a"), one(table("t")))
	require.Empty(t, indexDef(t, db, "test_p", "by_x"))
	require.NotEmpty(t, indexDef(t, db, "public", "idx_cache_agent"))
	require.Equal(t, before, others())
	settled(t, db, coreUnit(), other("a"), one(table("t")))
	settled(t, db, coreUnit(), other("a"), other("uninstalled"))
}

// Defect 16, second half. What no schema can declare, or none did, stays, also
// where the table under it changes.
func whatWasMadeByHandIsLeftAlone(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(columns ...*schema.Column) migration.Unit {
		return one(table("t", append([]*schema.Column{nullable(text("x"))}, columns...)...))
	}
	apply(t, db, unit())
	execute(t, db,
		"CREATE VIEW test_p.v AS SELECT x FROM test_p.t",
		"CREATE MATERIALIZED VIEW test_p.m AS SELECT x FROM test_p.t",
		"CREATE SEQUENCE test_p.s",
		"CREATE TYPE test_p.color AS ENUM ('red')",
		"CREATE DOMAIN test_p.short AS text CHECK (length(VALUE) < 9)",
		"CREATE FUNCTION test_p.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
		"CREATE TRIGGER tr BEFORE INSERT ON test_p.t FOR EACH ROW EXECUTE FUNCTION test_p.f()",
		"CREATE RULE ru AS ON DELETE TO test_p.t DO ALSO NOTHING",
		"CREATE POLICY theirs ON test_p.t USING (true)",
		"CREATE STATISTICS test_p.st ON id, x FROM test_p.t",
		"ALTER TABLE test_p.t ALTER x SET STATISTICS 500",
		"GRANT SELECT ON test_p.t TO PUBLIC",
	)
	theirs := func() string {
		return lines(t, db, `SELECT 'relation ' || oid::regclass::text || relkind::text || coalesce(relacl::text, '') FROM pg_class WHERE relnamespace = 'test_p'::regnamespace
			UNION ALL SELECT 'type ' || oid::regtype::text FROM pg_type WHERE typnamespace = 'test_p'::regnamespace
			UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'test_p'::regnamespace
			UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
			UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE rulename = 'ru'
			UNION ALL SELECT 'policy ' || polname FROM pg_policy
			UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
			UNION ALL SELECT 'target ' || attstattarget FROM pg_attribute WHERE attrelid = 'test_p.t'::regclass AND attname = 'x' ORDER BY 1`)
	}
	before := theirs()
	require.True(t, apply(t, db, unit()).UpToDate)
	require.Equal(t, before, theirs())
	settled(t, db, unit())
	forced(t, db, unit(withDefault(text("y"), "none"), nullable(integer("n"))))
	require.Equal(t, before, theirs())
	settled(t, db, unit(withDefault(text("y"), "none"), nullable(integer("n"))))
}

// Defect 17. A plan's way back is in history, and leads back.
func reverseIsKept(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := one(table("t", nullable(text("x"))))
	apply(t, db, before)
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('1')")
	was := dumpDefinitions(t, db)
	apply(t, db, plugin("p", []*schema.Table{
		withCheck(withIndex(table("t", nullable(text("x")), withDefault(text("y"), "none")), "by_x", false, "x"), "c", "y <> ''"), table("more"),
	}, []core.SchemaAnnotation{
		&entpg.RowSecurity{Table: "t"}, &entpg.UniqueKey{Table: "t", Name: "x_key", Columns: []string{"x"}},
	}...))
	require.NotEqual(t, was, dumpDefinitions(t, db))
	reverse := lines(t, db, `SELECT r FROM migrations.runs,
		jsonb_array_elements(statements) WITH ORDINALITY s (s, n), jsonb_array_elements_text(s -> 'reverse') WITH ORDINALITY r (r, m)
		WHERE id = (SELECT max(id) FROM migrations.runs) ORDER BY s.n DESC, r.m`)
	require.NotEmpty(t, reverse)
	for _, s := range strings.Split(strings.TrimSpace(reverse), "\n") {
		execute(t, db, s)
	}
	require.Equal(t, was, dumpDefinitions(t, db))
	require.True(t, apply(t, db, before).Plan.Empty())
}
