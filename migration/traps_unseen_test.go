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

func namedCheckIsCompared(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(expr string) migration.Unit {
		return one(withCheck(table("t", nullable(typed("v", "varchar(9)"))), "c", expr))
	}
	apply(t, db, unit("v IN ('a', 'b')"))
	turned(t, db, plan.AlterConstraint, "test_p.t.c", unit("v IN ('a', 'b', 'c')"))
	require.Contains(t, constraintDef(t, db, "test_p.t", "c"), "'c'")
	execute(t, db, "INSERT INTO test_p.t (v) VALUES ('c')")
	// Rows stand against it, and leave to lose data does not help.
	for _, force := range []bool{false, true} {
		before := dump(t, db)
		_, err := engine(t, db).Run(t.Context(), []migration.Unit{unit("v IN ('a', 'b')")}, migration.Options{Force: force})
		oneLine(t, err)
		require.ErrorContains(t, err, "1 row")
		require.Equal(t, before, dump(t, db))
	}
}

func generatedExpressionChanges(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(expr string) migration.Unit {
		return one(withIndex(table("t", text("x"), nullable(text("g"))), "by_g", false, "g"), &entpg.GeneratedColumn{Table: "t", Column: "g", Expr: expr})
	}
	apply(t, db, unit("lower(x)"))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('Ab')")
	turned(t, db, plan.AlterGenerated, "test_p.t.g", unit("upper(x)"))
	require.Equal(t, "AB", query[string](t, db, "SELECT g FROM test_p.t"))
	require.NotEmpty(t, indexDef(t, db, "test_p", "by_g"), "the index over it")
}

// The values that were there would be computed: they are affected.
func plainBecomesGenerated(t *testing.T) {
	t.Parallel()
	db := open(t)
	plain := one(table("t", text("x"), nullable(text("g"))))
	generated := one(table("t", text("x"), nullable(text("g"))), &entpg.GeneratedColumn{Table: "t", Column: "g", Expr: "lower(x)"})
	apply(t, db, plain)
	execute(t, db, "INSERT INTO test_p.t (x, g) VALUES ('A', 'precious'), ('B', NULL)")
	refused(t, db, []migration.Unit{generated}, append(wayOut, "alter generated test_p.t.g", "1 row")...)
	forced(t, db, generated)
	require.Equal(t, "a,b", query[string](t, db, "SELECT string_agg(g, ',' ORDER BY g) FROM test_p.t"))
	settled(t, db, generated)
	// Without values nothing is lost.
	empty := open(t)
	apply(t, empty, plain)
	execute(t, empty, "INSERT INTO test_p.t (x) VALUES ('A')")
	turned(t, empty, plan.AlterGenerated, "test_p.t.g", generated)
}

func generatedBecomesPlain(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"), nullable(text("g"))), &entpg.GeneratedColumn{Table: "t", Column: "g", Expr: "lower(x)"}))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('A')")
	turned(t, db, plan.AlterGenerated, "test_p.t.g", one(table("t", text("x"), nullable(text("g")))))
	require.Equal(t, "a", query[string](t, db, "SELECT g FROM test_p.t"))
	require.Equal(t, "text", columnType(t, db, "test_p.t", "g"))
}

func identityBecomesPlain(t *testing.T) {
	t.Parallel()
	db := open(t)
	identity := one(table("t", integer("n")), &entpg.IdentityColumn{Table: "t", Column: "n", Always: true})
	apply(t, db, identity)
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	turned(t, db, plan.AlterIdentity, "test_p.t.n", one(table("t", integer("n"))))
	require.Equal(t, "bigint NOT NULL", columnType(t, db, "test_p.t", "n"))
	require.Equal(t, 1, query[int](t, db, "SELECT n FROM test_p.t"))
	// And back: the next number is not one that is there.
	execute(t, db, "INSERT INTO test_p.t (n) VALUES (7)")
	turned(t, db, plan.AlterIdentity, "test_p.t.n", identity)
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	require.Equal(t, 3, query[int](t, db, "SELECT count(DISTINCT n) FROM test_p.t"))
}

func collationIsCompared(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(collation string) migration.Unit {
		c := nullable(text("x"))
		c.Collation = collation
		return one(withIndex(table("t", c), "by_x", false, "x"), &entpg.Index{
			Table: "t", Name: "by_x_c", Parts: []entpg.Part{{Column: "x", Collation: "POSIX"}},
		})
	}
	apply(t, db, unit("C"))
	require.Equal(t, "text COLLATE C", columnType(t, db, "test_p.t", "x"))
	require.Contains(t, indexDef(t, db, "test_p", "by_x_c"), `(x COLLATE "POSIX")`)
	settled(t, db, unit("C"))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')")
	turned(t, db, plan.AlterCollation, "test_p.t.x", unit("POSIX"))
	require.Equal(t, "text COLLATE POSIX", columnType(t, db, "test_p.t", "x"))
	turned(t, db, plan.AlterCollation, "test_p.t.x", unit(""))
	require.Equal(t, "text", columnType(t, db, "test_p.t", "x"))
}

func deferralIsCompared(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(when entpg.Deferral) migration.Unit {
		return plugin("p", []*schema.Table{table("u"), table("t", nullable(typed("u", "uuid")), nullable(text("x")))},
			&entpg.Reference{Table: "t", Column: "u", Name: "t_u", RefTable: "u", RefColumn: "id", OnDelete: entpg.Cascade, Deferral: when},
			&entpg.UniqueKey{Table: "t", Name: "x_key", Columns: []string{"x"}, Deferral: when})
	}
	apply(t, db, unit(""))
	for when, want := range map[entpg.Deferral]string{entpg.Deferrable: " DEFERRABLE", entpg.InitiallyDeferred: " DEFERRABLE INITIALLY DEFERRED"} {
		turned(t, db, plan.AlterConstraint, "test_p.t.t_u", unit(when))
		require.Equal(t, "FOREIGN KEY (u) REFERENCES test_p.u(id) ON DELETE CASCADE"+want, constraintDef(t, db, "test_p.t", "t_u"))
		require.Equal(t, "UNIQUE (x)"+want, constraintDef(t, db, "test_p.t", "x_key"))
	}
	turned(t, db, plan.AlterConstraint, "test_p.t.t_u", unit(""))
	require.Equal(t, "UNIQUE (x)", constraintDef(t, db, "test_p.t", "x_key"))
}

// A constraint that was added NOT VALID by hand is validated; where rows stand
// against it that is refused.
func notValidIsSeen(t *testing.T) {
	t.Parallel()
	unit := func() migration.Unit {
		u := table("u")
		return plugin("p", []*schema.Table{u, withCheck(withKey(table("t", nullable(typed("u", "uuid")), nullable(text("x"))), "t_u", "u", u), "c", "x <> 'no'")})
	}
	byHand := []string{
		"ALTER TABLE test_p.t DROP CONSTRAINT c, DROP CONSTRAINT t_u",
		"ALTER TABLE test_p.t ADD CONSTRAINT c CHECK (x <> 'no') NOT VALID, ADD CONSTRAINT t_u FOREIGN KEY (u) REFERENCES test_p.u (id) ON DELETE CASCADE NOT VALID",
	}
	db := open(t)
	apply(t, db, unit())
	execute(t, db, byHand...)
	result := turned(t, db, plan.ValidateConstraint, "test_p.t.c", unit())
	requireChange(t, result.Plan, plan.ValidateConstraint, "test_p.t.t_u")
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_constraint WHERE NOT convalidated"))

	execute(t, db, byHand[0], "INSERT INTO test_p.t (x, u) VALUES ('no', gen_random_uuid())", byHand[1])
	e := refused(t, db, []migration.Unit{unit()}, "test_p.t.c", "test_p.t.t_u", "1 row")
	require.Len(t, e.Changes, 2)
}

func rowSecurityIsCompared(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(force bool, policies ...*entpg.Policy) migration.Unit {
		annotations := []core.SchemaAnnotation{&entpg.RowSecurity{Table: "t", Force: force}}
		for _, p := range policies {
			annotations = append(annotations, p)
		}
		return one(table("t", text("x")), annotations...)
	}
	rule := func(using string) *entpg.Policy { return &entpg.Policy{Table: "t", Name: "see", Using: using} }
	now := func() string {
		return query[string](t, db, `SELECT concat_ws(' ', relrowsecurity, relforcerowsecurity, (SELECT string_agg(concat_ws(' ', policyname, permissive, roles, cmd, qual, with_check), ',' ORDER BY policyname)
			FROM pg_policies WHERE schemaname = 'test_p')) FROM pg_class WHERE oid = 'test_p.t'::regclass`)
	}
	apply(t, db, one(table("t", text("x"))))
	apply(t, db, unit(false, rule("x = 'a'")))
	require.Equal(t, "t f see PERMISSIVE {public} ALL (x = 'a'::text)", now())
	for _, byHand := range []string{
		"DROP POLICY see ON test_p.t", "ALTER POLICY see ON test_p.t USING (true)", "ALTER POLICY see ON test_p.t WITH CHECK (false)",
		"ALTER POLICY see ON test_p.t TO CURRENT_USER", "ALTER TABLE test_p.t DISABLE ROW LEVEL SECURITY", "ALTER TABLE test_p.t FORCE ROW LEVEL SECURITY",
		"DROP POLICY see ON test_p.t; CREATE POLICY see ON test_p.t AS RESTRICTIVE USING (x = 'a')",
		"DROP POLICY see ON test_p.t; CREATE POLICY see ON test_p.t FOR DELETE USING (x = 'a')",
	} {
		execute(t, db, byHand)
		require.False(t, apply(t, db, unit(false, rule("x = 'a'"))).UpToDate, byHand)
		require.Equal(t, "t f see PERMISSIVE {public} ALL (x = 'a'::text)", now())
	}
	settled(t, db, unit(false, rule("x = 'a'")))
	write := &entpg.Policy{Table: "t", Name: "write", Restrictive: true, For: entpg.Insert, To: []string{"pg_monitor"}, Check: "x <> ''"}
	apply(t, db, unit(true, rule("x = 'b'"), write))
	require.Equal(t, "t t see PERMISSIVE {public} ALL (x = 'b'::text),write RESTRICTIVE {pg_monitor} INSERT (x <> ''::text)", now())
	settled(t, db, unit(true, rule("x = 'b'"), write))
	strictly(t, db, one(table("t", text("x"))))
	require.Equal(t, "f f", now())
	settled(t, db, one(table("t", text("x"))))
}

func commentsAreCompared(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(comment string) migration.Unit {
		notes := table("t", text("x"))
		notes.Comment, col(notes, "x").Comment = comment, comment
		return one(notes)
	}
	now := func() string {
		return query[string](t, db, "SELECT concat_ws('|', obj_description('test_p.t'::regclass), col_description('test_p.t'::regclass, 2))")
	}
	for _, comment := range []string{"it's", "100% \"other\"\nand a line", "$$ \\ $1", ""} {
		apply(t, db, unit(comment))
		if comment == "" {
			require.Empty(t, now())
		} else {
			require.Equal(t, comment+"|"+comment, now())
		}
		settled(t, db, unit(comment))
	}
}

func nullsNotDistinct(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(not bool) migration.Unit {
		return one(table("t", nullable(text("x")), nullable(text("y"))),
			&entpg.Index{Table: "t", Name: "by_x", Unique: true, Parts: []entpg.Part{{Column: "x"}}, NullsNotDistinct: not},
			&entpg.UniqueKey{Table: "t", Name: "y_key", Columns: []string{"y"}, NullsNotDistinct: not})
	}
	apply(t, db, unit(false))
	turned(t, db, plan.AlterIndex, "test_p.t.by_x", unit(true))
	require.Contains(t, indexDef(t, db, "test_p", "by_x"), "NULLS NOT DISTINCT")
	require.Equal(t, "UNIQUE NULLS NOT DISTINCT (y)", constraintDef(t, db, "test_p.t", "y_key"))
	turned(t, db, plan.AlterIndex, "test_p.t.by_x", unit(false))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES (NULL), (NULL)")
	refused(t, db, []migration.Unit{unit(true)}, "test_p.t.by_x", "test_p.t.y_key", "2 rows")
}

// PostgreSQL cannot take a value out of a type; the type is recreated, under
// what uses it.
func enumValuesGo(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(values ...string) migration.Unit {
		notes := withIndex(table("t", withDefault(typed("mood", "mood_type"), schema.Expr("'a'"))), "by_mood", false, "mood")
		return plugin("p", []*schema.Table{withCheck(notes, "c", "mood <= 'c'"), table("u", nullable(typed("mood", "mood_type")))},
			&entpg.EnumType{Table: "t", Column: "mood", Name: "mood_type", Values: values},
			&entpg.EnumType{Table: "u", Column: "mood", Name: "mood_type", Values: values})
	}
	apply(t, db, unit("a", "b", "c", "d"))
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES", "INSERT INTO test_p.u (mood) VALUES ('d')")
	turned(t, db, plan.AlterEnum, "test_p.mood_type", unit("a", "c", "d"))
	require.Equal(t, "a,c,d", query[string](t, db, "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum"))
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_type WHERE typtype = 'e'"))
	refused(t, db, []migration.Unit{unit("a", "c")}, append(wayOut, "test_p.mood_type", "1 row", "d")...)
	// No column uses it any more.
	forced(t, db, one(table("t")))
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_enum"))
	settled(t, db, one(table("t")))
}

func arrayDefaults(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := func(x any) migration.Unit {
		return one(table("t", withDefault(typed("tags", "text[]"), x)))
	}
	apply(t, db, unit("{}"))
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	settled(t, db, unit("{}"))
	apply(t, db, unit(schema.Expr("ARRAY['a', 'b c']::text[]")))
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	require.Equal(t, `{a,"b c"} {}`, query[string](t, db, "SELECT string_agg(tags::text, ' ' ORDER BY tags DESC) FROM test_p.t"))
	settled(t, db, unit(schema.Expr("ARRAY['a', 'b c']::text[]")))
}

func defaultWithQuotes(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(table("t",
		withDefault(text("a"), schema.Expr(`'say "hello"'`)), withDefault(text("b"), `say "it's" 100%`),
		withDefault(typed("c", "jsonb"), `{"a": "it's"}`), withDefault(text("d"), schema.Expr(`'('||'a)'`)), withDefault(text("e"), `back\slash`),
	))
	apply(t, db, unit)
	execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
	require.Equal(t, `say "hello"|say "it's" 100%|{"a": "it's"}|(a)|back\slash`, query[string](t, db, "SELECT concat_ws('|', a, b, c, d, e) FROM test_p.t"))
	settled(t, db, unit)
}

// Each of these leaves the tables' columns, constraints and indexes as they are
// printed, and is seen without asking for the full comparison.
func fingerprintCoversWhatIsDeclared(t *testing.T) {
	t.Parallel()
	unit := func() migration.Unit {
		notes := withIndex(table("t", text("x"), integer("n"), nullable(typed("mood", "mood_type"))), "by_x", false, "x")
		notes.Comment = "notes"
		return one(notes, &entpg.IdentityColumn{Table: "t", Column: "n", Start: 10, Increment: 2},
			&entpg.EnumType{Table: "t", Column: "mood", Name: "mood_type", Values: []string{"a", "b"}},
			&entpg.StorageParameters{Table: "t", With: map[string]string{"fillfactor": "80"}},
			&entpg.StoredColumn{Table: "t", Column: "x", Storage: entpg.StorageExternal},
			&entpg.RowSecurity{Table: "t"}, &entpg.Policy{Table: "t", Name: "see", Using: "true"}, &entpg.Extension{Table: "t", Name: "citext"})
	}
	for name, byHand := range map[string]string{
		"row security":      "ALTER TABLE test_p.t DISABLE ROW LEVEL SECURITY",
		"policy":            "ALTER POLICY see ON test_p.t USING (false)",
		"storage parameter": "ALTER TABLE test_p.t SET (fillfactor = 50)",
		"column storage":    "ALTER TABLE test_p.t ALTER x SET STORAGE MAIN",
		"no column storage": "ALTER TABLE test_p.t ALTER x SET STORAGE EXTENDED",
		"enum value":        "ALTER TYPE test_p.mood_type ADD VALUE 'c'",
		"enum renamed":      "ALTER TYPE test_p.mood_type RENAME VALUE 'b' TO 'c'",
		"comment":           "COMMENT ON TABLE test_p.t IS 'other'",
		"identity":          "ALTER TABLE test_p.t ALTER n SET GENERATED ALWAYS",
		"increment":         "ALTER TABLE test_p.t ALTER n SET INCREMENT BY 5",
		"extension":         "DROP EXTENSION citext",
		"unlogged":          "ALTER TABLE test_p.t SET UNLOGGED",
		"invalid index":     "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'test_p.by_x'::regclass",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, unit())
			was := dumpDefinitions(t, db)
			execute(t, db, byHand)
			require.False(t, apply(t, db, unit()).UpToDate)
			require.Equal(t, was, dumpDefinitions(t, db))
			settled(t, db, unit())
		})
	}
}
