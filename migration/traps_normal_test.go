package migration_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// Building the desired state for comparison disturbs no session: public, the
// extension, and what others keep in them is there afterwards.
func publicAndVectorSurvive(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE EXTENSION vector", "CREATE TABLE public.theirs (v vector(3))", "INSERT INTO public.theirs VALUES ('[1,2,3]')",
		"COMMENT ON SCHEMA public IS 'ours'", "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
	theirs := func() string {
		return lines(t, db, `SELECT 'namespace ' || oid || obj_description(oid) FROM pg_namespace WHERE nspname = 'public'
			UNION ALL SELECT 'extension ' || oid || extversion FROM pg_extension WHERE extname = 'vector'
			UNION ALL SELECT 'relation ' || oid || relfilenode FROM pg_class WHERE relname = 'theirs'
			UNION ALL SELECT 'function ' || oid FROM pg_proc WHERE proname = 'f' ORDER BY 1`)
	}
	before := theirs()
	unit := func(n string) migration.Unit { return one(table("t", nullable(typed("v", "vector("+n+")")))) }
	for _, n := range []string{"3", "4"} {
		apply(t, db, coreUnit(), unit(n))
		settled(t, db, coreUnit(), unit(n))
		require.Equal(t, before, theirs())
	}
}

// Hosted databases keep extensions in a schema of their own.
func vectorInAnotherSchema(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE SCHEMA extensions", "CREATE EXTENSION vector WITH SCHEMA extensions", "CREATE EXTENSION pg_trgm WITH SCHEMA extensions")
	unit := func(m string) migration.Unit {
		return one(table("t", text("x"), nullable(typed("v", "vector(3)")), nullable(typed("h", "halfvec(3)"))),
			&entpg.Index{Table: "t", Name: "by_v", Using: "hnsw", Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorCosine}}, With: map[string]string{"m": m}},
			&entpg.Index{Table: "t", Name: "by_x", Using: "gin", Parts: []entpg.Part{{Column: "x", OpClass: "gin_trgm_ops"}}},
			&entpg.Extension{Table: "t", Name: "pg_trgm"},
		)
	}
	for _, m := range []string{"8", "9"} {
		apply(t, db, coreUnit(), unit(m))
		settled(t, db, coreUnit(), unit(m))
	}
	require.Equal(t, "extensions.vector(3)", columnType(t, db, "test_p.t", "v"))
}

// PostgreSQL's printed form of these, read again, prints differently. The
// database is compared with PostgreSQL's print of the declared DDL, so the
// second run is empty, and so is the one after a change of something else.
func printedFormsAreStable(t *testing.T) {
	t.Parallel()
	partial := func(where string) func(*schema.Table) core.SchemaAnnotation {
		return func(*schema.Table) core.SchemaAnnotation {
			return &entpg.Index{Table: "t", Name: "i", Parts: []entpg.Part{{Column: "x"}}, Where: where}
		}
	}
	expression := func(expr string) func(*schema.Table) core.SchemaAnnotation {
		return func(*schema.Table) core.SchemaAnnotation {
			return &entpg.Index{Table: "t", Name: "i", Unique: true, Parts: []entpg.Part{{Expr: expr}, {Column: "n", Desc: true}}}
		}
	}
	check := func(expr string) func(*schema.Table) core.SchemaAnnotation {
		return func(tb *schema.Table) core.SchemaAnnotation { withCheck(tb, "c", expr); return nil }
	}
	generated := func(expr string) func(*schema.Table) core.SchemaAnnotation {
		return func(tb *schema.Table) core.SchemaAnnotation {
			tb.Columns = append(tb.Columns, nullable(text("g")))
			return &entpg.GeneratedColumn{Table: "t", Column: "g", Expr: expr}
		}
	}
	for name, change := range map[string]func(*schema.Table) core.SchemaAnnotation{
		"a varchar among values":         check("v IN ('a', 'b')"),
		"a char among values":            check("ch = ANY (ARRAY['a', 'b'])"),
		"a varchar outside of values":    check("v NOT IN ('a', 'b') AND (v <> '' OR n BETWEEN 1 AND 9)"),
		"a check with extra parentheses": check("((n > 0)) AND (((x) <> ('')))"),
		"a check with a cast":            check("n::text::varchar(9) <> '0'"),
		"a check with a time":            check("at > timestamptz '2020-01-01 00:00:00+00'"),
		"a check with IS DISTINCT":       check("x IS DISTINCT FROM v AND NOT n IS NULL"),
		"a check with LIKE":              check("x LIKE 'a%' OR x NOT ILIKE '%_b' ESCAPE '!'"),
		"a check with CASE":              check("CASE WHEN n > 0 THEN true ELSE x = 'y' END"),
		"a check with percent signs":     check("x <> '%s %d %%' AND x <> E'\\'\\n'"),
		"a compound predicate":           partial("n > 0 AND x IS NOT NULL AND (v = 'a' OR v IN ('b', 'c'))"),
		"a predicate over jsonb":         partial("doc ->> 'kind' = 'note' AND doc ? 'x'"),
		"an expression in parentheses":   expression("((doc ->> 'kind'))"),
		"an expression over a varchar":   expression("lower(v)"),
		"an expression with a cast":      expression("(doc ->> 'n')::int"),
		"an operator":                    expression("n % 10"),
		"generated from text":            generated("lower(x)"),
		"generated from a varchar":       generated("lower(v)"),
		"generated from both":            generated("coalesce(x, '') || ' ' || coalesce(v, '')"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			unit := func(columns ...*schema.Column) migration.Unit {
				tb := table("t", append([]*schema.Column{
					nullable(text("x")), nullable(typed("v", "varchar(20)")), nullable(typed("ch", "char(1)")), nullable(integer("n")),
					nullable(typed("doc", "jsonb")), nullable(typed("at", "timestamptz")),
				}, columns...)...)
				if x := change(tb); x != nil {
					return one(tb, x)
				}
				return one(tb)
			}
			apply(t, db, unit())
			settled(t, db, unit())
			result := apply(t, db, unit(nullable(text("more"))))
			require.Equal(t, []plan.Kind{plan.AddColumn}, changeKinds(result.Plan))
			settled(t, db, unit(nullable(text("more"))))
			noShadow(t, db)
		})
	}
}

// Types of the plugin's own in expressions print with or without their
// namespace. They are compared without, and nothing of the shadow stays.
func expressionsOverOwnTypes(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(mood string, columns ...*schema.Column) migration.Unit {
		tb := table("t", append([]*schema.Column{
			withDefault(typed("mood", "mood_type"), schema.Expr("'"+mood+"'")), nullable(text("g")), nullable(typed("v", "vector(3)")),
		}, columns...)...)
		return one(withCheck(tb, "not_sad", "mood <> 'sad' OR v IS NULL"),
			&entpg.EnumType{Table: "t", Column: "mood", Name: "mood_type", Values: []string{"sad", "fine", "happy"}},
			&entpg.GeneratedColumn{Table: "t", Column: "g", Expr: "CASE mood WHEN 'happy' THEN ':)' ELSE ':(' END"},
			&entpg.Index{Table: "t", Name: "happy", Parts: []entpg.Part{{Column: "mood"}}, Where: "mood = 'happy'"},
			&entpg.Index{Table: "t", Name: "by_v", Using: "hnsw", Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorL2}}, Where: "mood <> 'sad'"},
			&entpg.Policy{Table: "t", Name: "see", Using: "mood = 'fine'"},
		)
	}
	apply(t, db, unit("fine"))
	require.Equal(t, "test_p.mood_type NOT NULL 'fine'::test_p.mood_type", columnType(t, db, "test_p.t", "mood"))
	settled(t, db, unit("fine"))
	noShadow(t, db)
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	apply(t, db, unit("happy", nullable(text("more"))))
	require.Equal(t, "test_p.mood_type NOT NULL 'happy'::test_p.mood_type", columnType(t, db, "test_p.t", "mood"))
	settled(t, db, unit("happy", nullable(text("more"))))
	noShadow(t, db)
}

// A client that takes a connection of the pool during a run, and after it,
// finds the search_path that was there before.
func searchPathStaysClean(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := query[string](t, db, "SHOW search_path")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wait sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for range 4 {
		wait.Go(func() {
			for ctx.Err() == nil {
				var path string
				if db.QueryRowContext(ctx, "SHOW search_path").Scan(&path) == nil {
					mu.Lock()
					seen[path]++
					mu.Unlock()
				}
			}
		})
	}
	unit := one(table("t", nullable(typed("v", "vector(3)"))))
	apply(t, db, coreUnit(), unit)
	settled(t, db, coreUnit(), unit)
	refused(t, db, []migration.Unit{coreUnit(), one(table("t"))}, "test_p.t.v")
	_, err := engine(t, db).Plan(t.Context(), []migration.Unit{one(table("t", typed("x", "no_such_type")))})
	require.Error(t, err)
	stop()
	wait.Wait()
	require.Len(t, seen, 1, "%v", seen)
	require.NotZero(t, seen[before])
	// All connections that the pool has kept.
	for range 8 {
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		var path string
		require.NoError(t, conn.QueryRowContext(t.Context(), "SHOW search_path").Scan(&path))
		require.Equal(t, before, path)
	}
}

// What the role's search_path is makes no difference to what is found.
func fingerprintIgnoresSearchPath(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := openURL(t, url)
	unit := one(withCheck(table("t", nullable(typed("v", "vector(3)")), withDefault(typed("mood", "mood_type"), schema.Expr("'a'")),
		nullable(typed("agent_id", "uuid"))), "c", "mood = 'a'"),
		&entpg.EnumType{Table: "t", Column: "mood", Name: "mood_type", Values: []string{"a", "b"}},
		&entpg.Reference{Table: "t", Column: "agent_id", RefNamespace: "public", RefTable: "agents", RefColumn: "id", OnDelete: entpg.Cascade})
	apply(t, db, coreUnit(), unit)
	name := query[string](t, db, "SELECT quote_ident(current_database())")
	for _, path := range []string{"test_p, public", "nowhere", "pg_catalog, test_p", "''"} {
		execute(t, db, "ALTER DATABASE "+name+" SET search_path = "+path)
		settled(t, openURL(t, url), coreUnit(), unit)
	}
}

// What declared DDL means, and how PostgreSQL prints it, does not depend on the
// settings of the session, the role or the database.
func settingsMakeNoDifference(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := openURL(t, url)
	unit := func() migration.Unit {
		tb := table("t", withDefault(typed("at", "timestamptz"), schema.Expr("'2020-01-02 03:04:05'")), withDefault(typed("i", "interval"), schema.Expr("'1 day 2 hours'")),
			withDefault(typed("f", "double precision"), schema.Expr("0.1::float8 + '1.1'::float8")), withDefault(typed("b", "bytea"), schema.Expr(`'\x00ff'`)), withDefault(text("s"), `a\b`), nullable(text("g")))
		return one(withCheck(tb, "c", "at > '2019-01-02' OR s = NULL"), &entpg.Policy{Table: "t", Name: "p", Using: "at < '2030-01-01'"},
			&entpg.GeneratedColumn{Table: "t", Column: "g", Expr: `s || '\'`},
			&entpg.Index{Table: "t", Name: "by_at", Parts: []entpg.Part{{Column: "at"}}, Where: "at > '2019-01-02 00:00:00+00'"})
	}
	apply(t, db, coreUnit(), unit())
	was := dumpDefinitions(t, db)
	name := query[string](t, db, "SELECT quote_ident(current_database())")
	for _, setting := range []string{
		"timezone = 'Asia/Tokyo'", "datestyle = 'SQL, DMY'", "intervalstyle = 'iso_8601'", "extra_float_digits = 0", "bytea_output = 'escape'",
		"quote_all_identifiers = on", "standard_conforming_strings = off", "array_nulls = off", "transform_null_equals = on",
		"default_transaction_isolation = 'serializable'", "client_min_messages = 'debug1'",
	} {
		execute(t, db, "ALTER DATABASE "+name+" SET "+setting)
		other := openURL(t, url)
		settled(t, other, coreUnit(), unit())
		// Built under that setting it is the same.
		execute(t, other, "DROP SCHEMA test_p CASCADE")
		apply(t, other, coreUnit(), unit())
		execute(t, db, "ALTER DATABASE "+name+" RESET ALL")
		require.Equal(t, was, dumpDefinitions(t, db), setting)
		settled(t, openURL(t, url), coreUnit(), unit())
	}
}

// Fifty times the same code, in any order of schema owners: one hash, one plan.
func hashIsDeterministic(t *testing.T) {
	t.Parallel()
	db := openURL(t, pgtest.Database(t))
	units := func() []migration.Unit {
		wide := table("t", text("x"))
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			withCheck(wide, name, "x <> '"+name+"'")
		}
		wide.Indexes = append(wide.Indexes, &schema.Index{Name: "i", Columns: []*schema.Column{col(wide, "x")}, Annotation: &entsql.IndexAnnotation{
			Types: map[string]string{"postgres": "BTREE"}, OpClass: "text_pattern_ops",
		}})
		alpha := plugin("alpha", []*schema.Table{wide, table("u"), table("w")},
			&entpg.Index{Table: "u", Name: "u_i", Using: "gin", Parts: []entpg.Part{{Expr: "ARRAY[id]"}}, With: map[string]string{"fastupdate": "off", "gin_pending_list_limit": "128"}},
			&entpg.StorageParameters{Table: "w", With: map[string]string{"fillfactor": "70", "autovacuum_enabled": "true", "parallel_workers": "2"}},
		)
		beta := plugin("beta", []*schema.Table{table("t", nullable(typed("ref", "uuid")))},
			&entpg.Reference{Table: "t", Column: "ref", RefNamespace: "test_alpha", RefTable: "t", RefColumn: "id", OnDelete: entpg.Cascade})
		beta.DependsOn = []string{"@test/alpha"}
		return []migration.Unit{alpha, beta, plugin("gamma", []*schema.Table{table("t")})}
	}
	first, err := engine(t, db).Plan(t.Context(), units())
	require.NoError(t, err)
	for i := range 50 {
		shuffled := units()
		slices.Reverse(shuffled[:1+i%3])
		slices.Reverse(shuffled[i%3:])
		again, err := engine(t, db).Plan(t.Context(), shuffled)
		require.NoError(t, err)
		require.Equal(t, first.Hash, again.Hash)
		require.Equal(t, first.SQL(), again.SQL())
	}
}
