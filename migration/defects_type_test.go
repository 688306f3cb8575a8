package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// Defect 3. The type is created in the plugin's namespace, before the table,
// and its values may be added, reordered and removed.
func nativeEnumIsCreated(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(values ...string) migration.Unit {
		return one(table("t", nullable(typed("mood", "mood_type"))),
			&entpg.EnumType{Table: "t", Column: "mood", Name: "mood_type", Values: values})
	}
	values := func() string {
		return query[string](t, db, `SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'test_p.mood_type'::regtype`)
	}
	apply(t, db, unit("sad", "happy"))
	require.Equal(t, "test_p.mood_type", columnType(t, db, "test_p.t", "mood"))
	require.Equal(t, "sad,happy", values())
	execute(t, db, "INSERT INTO test_p.t (mood) VALUES ('sad'), ('happy'), ('sad')")
	settled(t, db, unit("sad", "happy"))
	noShadow(t, db)

	apply(t, db, unit("sad", "fine", "happy"))
	require.Equal(t, "sad,fine,happy", values())
	settled(t, db, unit("sad", "fine", "happy"))
	apply(t, db, unit("happy", "fine", "sad"))
	require.Equal(t, "happy,fine,sad", values())
	require.Equal(t, "happy,sad,sad", query[string](t, db, "SELECT string_agg(mood::text, ',' ORDER BY mood) FROM test_p.t"))
	// No row has it.
	apply(t, db, unit("happy", "sad"))
	require.Equal(t, "happy,sad", values())
	settled(t, db, unit("happy", "sad"))

	refused(t, db, []migration.Unit{unit("happy", "fine")}, append(wayOut, "test_p", "mood", "2 rows")...)
	require.Equal(t, "happy,sad", values())
}

// Defect 6. Identity and generated columns are created as such: rows get along
// without values for them.
func identityAndGeneratedColumnsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(expr string, always bool) migration.Unit {
		return one(table("t", text("x"), integer("n"), nullable(text("low"))),
			&entpg.IdentityColumn{Table: "t", Column: "n", Always: always, Start: 1000, Increment: 10},
			&entpg.GeneratedColumn{Table: "t", Column: "low", Expr: expr},
		)
	}
	apply(t, db, unit("lower(x)", false))
	require.Equal(t, "bigint NOT NULL identity d", columnType(t, db, "test_p.t", "n"))
	require.Equal(t, "text generated s lower(x)", columnType(t, db, "test_p.t", "low"))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('A'), ('B')")
	require.Equal(t, "1000 a,1010 b", query[string](t, db, "SELECT string_agg(n || ' ' || low, ',' ORDER BY n) FROM test_p.t"))
	settled(t, db, unit("lower(x)", false))

	turned(t, db, plan.AlterIdentity, "test_p.t.n", unit("lower(x)", true))
	require.Equal(t, "bigint NOT NULL identity a", columnType(t, db, "test_p.t", "n"))
	turned(t, db, plan.AlterGenerated, "test_p.t.low", unit("lower(x) || '!'", true))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('C')")
	require.Equal(t, "1000 a!,1010 b!,1020 c!", query[string](t, db, "SELECT string_agg(n || ' ' || low, ',' ORDER BY n) FROM test_p.t"))
}

// Defect 10. Before a type shrinks, the values that do not fit are counted.
func shrinkingVarcharCountsItsRows(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(sqlType string) migration.Unit { return one(table("t", nullable(typed("x", sqlType)))) }
	apply(t, db, unit("varchar(20)"))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('short'), ('much too long'), ('also too long'), (NULL)")
	e := refused(t, db, []migration.Unit{unit("varchar(5)")}, append(wayOut, "alter type test_p.t.x", "2 rows")...)
	require.Equal(t, int64(2), e.Changes[0].Rows)

	// With leave to lose it, what is too long is cut, as a cast cuts it.
	forced(t, db, unit("varchar(5)"))
	require.Equal(t, "character varying(5)", columnType(t, db, "test_p.t", "x"))
	require.Equal(t, "also ,much ,short", query[string](t, db, "SELECT string_agg(x, ',' ORDER BY x) FROM test_p.t"))
	settled(t, db, unit("varchar(5)"))

	// Where all values fit nothing is lost, so nothing is refused.
	apply(t, db, unit("varchar(9)"))
	turned(t, db, plan.AlterType, "test_p.t.x", unit("varchar(6)"))
}

// Defect 16, first half. Enums, policies, comments, generated and identity
// columns, exclusion constraints, storage parameters and extensions are
// created, altered, and created again after they were dropped by hand.
func everyDeclaredObjectIsManaged(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(comment, using, fillfactor, overlap string) migration.Unit {
		notes := table("t", nullable(text("x")), nullable(typed("during", "tstzrange")))
		notes.Comment = comment
		col(notes, "x").Comment = comment + " of x"
		return plugin("p", []*schema.Table{notes}, []core.SchemaAnnotation{
			&entpg.RowSecurity{Table: "t"},
			&entpg.Policy{Table: "t", Name: "own", For: entpg.Select, Using: using},
			&entpg.StorageParameters{Table: "t", With: map[string]string{"fillfactor": fillfactor}},
			&entpg.Exclusion{Table: "t", Name: "no_overlap", Parts: []entpg.ExclusionPart{{Column: "during", Operator: "&&"}}, Where: overlap},
			&entpg.Extension{Table: "t", Name: "pg_trgm"},
			&entpg.UniqueKey{Table: "t", Name: "x_key", Columns: []string{"x"}, Deferral: entpg.Deferrable},
		}...)
	}
	now := func() []string {
		return []string{
			query[string](t, db, "SELECT coalesce(obj_description('test_p.t'::regclass), '')"),
			query[string](t, db, "SELECT coalesce(col_description('test_p.t'::regclass, 2), '')"),
			query[string](t, db, "SELECT relrowsecurity::text || ' ' || coalesce(reloptions::text, '') FROM pg_class WHERE oid = 'test_p.t'::regclass"),
			query[string](t, db, "SELECT coalesce((SELECT cmd || ' ' || qual FROM pg_policies WHERE schemaname = 'test_p' AND policyname = 'own'), '')"),
			constraintDef(t, db, "test_p.t", "no_overlap"),
			constraintDef(t, db, "test_p.t", "x_key"),
		}
	}
	first, second := unit("notes", "x = CURRENT_USER", "80", "x IS NOT NULL"), unit("pages", "x = 'all'", "70", "x IS NULL")
	want := []string{
		"notes", "notes of x", "true {fillfactor=80}", "SELECT (x = CURRENT_USER)",
		"EXCLUDE USING gist (during WITH &&) WHERE ((x IS NOT NULL))", "UNIQUE (x) DEFERRABLE",
	}
	apply(t, db, first)
	require.Equal(t, want, now())
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
	settled(t, db, first)

	apply(t, db, second)
	require.Equal(t, []string{
		"pages", "pages of x", "true {fillfactor=70}", "SELECT (x = 'all'::text)",
		"EXCLUDE USING gist (during WITH &&) WHERE ((x IS NULL))", "UNIQUE (x) DEFERRABLE",
	}, now())
	settled(t, db, second)

	apply(t, db, first)
	execute(t, db,
		"COMMENT ON TABLE test_p.t IS NULL", "COMMENT ON COLUMN test_p.t.x IS 'other'", "DROP POLICY own ON test_p.t",
		"ALTER TABLE test_p.t DISABLE ROW LEVEL SECURITY", "ALTER TABLE test_p.t RESET (fillfactor)",
		"ALTER TABLE test_p.t DROP CONSTRAINT no_overlap, DROP CONSTRAINT x_key", "DROP EXTENSION pg_trgm",
	)
	apply(t, db, first)
	require.Equal(t, want, now())
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
	settled(t, db, first)
}
