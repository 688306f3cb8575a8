package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// Defect 5. An object that keeps its name and changes its definition is seen
// and changed, on a table with rows.
func changesUnderTheSameNameAreApplied(t *testing.T) {
	t.Parallel()
	pairs := func(columns ...string) migration.Unit {
		left, right, third := text("left"), text("right"), text("third")
		return one(&schema.Table{Name: "t", Columns: []*schema.Column{left, right, third}}, &entpg.CompositeKey{Table: "t", Columns: columns})
	}
	referring := func(target string) migration.Unit {
		a, b := table("a"), table("b")
		ref := a
		if target == "b" {
			ref = b
		}
		return plugin("p", []*schema.Table{a, b, withKey(table("t", nullable(typed("ref", "uuid"))), "t_ref", "ref", ref)})
	}
	key := func(columns ...string) migration.Unit {
		return one(table("t", nullable(text("x")), nullable(text("y"))), &entpg.UniqueKey{Table: "t", Name: "t_key", Columns: columns})
	}
	check := func(expr string) migration.Unit {
		return one(withCheck(table("t", nullable(text("x"))), "t_check", expr))
	}
	for name, test := range map[string]struct {
		before, after migration.Unit
		rows          string
		object        string
		want          string
	}{
		"unique constraint with other columns": {
			before: key("x"), after: key("y", "x"), rows: "INSERT INTO test_p.t (x, y) VALUES ('1', '1'), ('2', '1')",
			object: "t_key", want: "UNIQUE (y, x)",
		},
		"check with another expression": {
			before: check("x <> 'a'"), after: check("x <> 'b'"), rows: "INSERT INTO test_p.t (x) VALUES ('1')",
			object: "t_check", want: "CHECK ((x <> 'b'::text))",
		},
		"foreign key with another target": {
			before: referring("a"), after: referring("b"), rows: "INSERT INTO test_p.t (ref) VALUES (NULL)",
			object: "t_ref", want: "FOREIGN KEY (ref) REFERENCES test_p.b(id) ON DELETE CASCADE",
		},
		"composite primary key with other columns": {
			before: pairs("left", "right"), after: pairs("third", "right"), rows: `INSERT INTO test_p.t VALUES ('1', '1', '1'), ('2', '1', '2')`,
			object: "t_pkey", want: `PRIMARY KEY (third, "right")`,
		},
		"composite primary key in another order": {
			before: pairs("left", "right"), after: pairs("right", "left"), rows: `INSERT INTO test_p.t VALUES ('1', '1', '1'), ('2', '1', '2')`,
			object: "t_pkey", want: `PRIMARY KEY ("right", "left")`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, test.before)
			execute(t, db, test.rows)
			rows := query[string](t, db, "SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM test_p.t")
			turned(t, db, plan.AlterConstraint, "test_p.t."+test.object, test.after)
			require.Equal(t, test.want, constraintDef(t, db, "test_p.t", test.object))
			require.Equal(t, rows, query[string](t, db, "SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM test_p.t"))
		})
	}

	moment := func(sqlType string) migration.Unit { return one(table("t", nullable(typed("at", sqlType)))) }
	for name, rows := range map[string]string{
		"timestamp to timestamptz without rows": "SELECT 1",
		"timestamp to timestamptz with rows":    "INSERT INTO test_p.t (at) VALUES ('2026-01-02 03:04:05')",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, moment("timestamp"))
			execute(t, db, rows)
			// What the values mean depends on a time zone, so rows may be
			// affected.
			result := forced(t, db, moment("timestamptz"))
			requireChange(t, result.Plan, plan.AlterType, "test_p.t.at")
			require.Equal(t, "timestamp with time zone", columnType(t, db, "test_p.t", "at"))
			settled(t, db, moment("timestamptz"))
		})
	}
}

// Defect 7. Names of constraints belong to their tables: two tables of a plugin
// may use one twice, and both are there.
func sameForeignKeyNameInTwoTables(t *testing.T) {
	t.Parallel()
	db := open(t)
	users := table("users")
	unit := plugin("p", []*schema.Table{
		users,
		withKey(table("notes", typed("user_id", "uuid")), "owner", "user_id", users),
		withKey(table("files", typed("user_id", "uuid")), "owner", "user_id", users),
	})
	apply(t, db, unit)
	const want = "FOREIGN KEY (user_id) REFERENCES test_p.users(id) ON DELETE CASCADE"
	require.Equal(t, want, constraintDef(t, db, "test_p.notes", "owner"))
	require.Equal(t, want, constraintDef(t, db, "test_p.files", "owner"))
	settled(t, db, unit)

	execute(t, db, "ALTER TABLE test_p.files DROP CONSTRAINT owner")
	turned(t, db, plan.AddForeignKey, "test_p.files.owner", unit)
	require.Equal(t, want, constraintDef(t, db, "test_p.files", "owner"))
}
