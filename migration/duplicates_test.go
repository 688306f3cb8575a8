package migration_test

import (
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// A new column that has the same value in all rows cannot be unique, which the plan
// says; nor can a key whose lost values would all become its default.
func TestDefaultThatCannotBeUnique(t *testing.T) {
	t.Parallel()
	x := func() *schema.Column { return text("x") }
	column := func(sqlType, standard string) *schema.Column {
		c := typed("n", sqlType)
		c.Default = schema.Expr(standard)
		return c
	}
	for name, test := range map[string]struct {
		after migration.Unit
		rows  int64 // refused, and how many rows stand against it
	}{
		"a constant":             {one(withIndex(table("t", x(), column("integer", "7")), "by_n", true, "n")), 3},
		"the time":               {one(withIndex(table("t", x(), column("timestamptz", "now()")), "by_n", true, "n")), 3},
		"a constant, and a text": {one(withIndex(table("t", x(), column("integer", "7")), "by_n", true, "x", "n")), 2},
		"a key":                  {one(table("t", x(), column("integer", "7")), &entpg.UniqueKey{Table: "t", Name: "k", Columns: []string{"n"}}), 3},
		"equal NULLs":            {one(table("t", x(), nullable(typed("n", "integer"))), &entpg.UniqueKey{Table: "t", Name: "k", Columns: []string{"n"}, NullsNotDistinct: true}), 3},
		"another type":           {one(withIndex(table("t", withDefault(typed("x", "integer"), 0)), "by_x", true, "x")), 3},
		"NULLs":                  {one(withIndex(table("t", x(), nullable(typed("n", "integer"))), "by_n", true, "n")), 0},
		"random values":          {one(withIndex(table("t", x(), column("uuid", "gen_random_uuid()")), "by_n", true, "n")), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t", x())))
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('a'), ('b')")
			if test.rows == 0 {
				apply(t, db, test.after)
				settled(t, db, test.after)
				return
			}
			for _, force := range []bool{false, true} {
				_, err := engine(t, db).Run(t.Context(), unitsOf(test.after), migration.Options{Force: force})
				var refused *migration.RefusedError
				require.ErrorAs(t, err, &refused)
				oneLine(t, err)
				require.Equal(t, test.rows, refused.Changes[0].Rows, err)
				require.Equal(t, plan.DataDependent, refused.Changes[0].Class)
				require.ErrorContains(t, err, "fix the rows, by hand or with a core.DataMigration before the schema, and start again")
			}
			// As the error says.
			execute(t, db, "DELETE FROM test_p.t WHERE x = 'a'")
			forced(t, db, test.after)
			settled(t, db, test.after)
		})
	}
}

// What the plan cannot count fails in words, too.
func TestUniqueExpressionOverDuplicates(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('A')")
	after := one(table("t", text("x")), &entpg.Index{Table: "t", Name: "by_x", Unique: true, Parts: []entpg.Part{{Expr: "lower(x)"}}})
	_, err := engine(t, db).Run(t.Context(), unitsOf(after), migration.Options{})
	require.ErrorContains(t, err, "23505")
	require.ErrorContains(t, err, "rows of the table stand against it: fix them")
	execute(t, db, "DELETE FROM test_p.t WHERE x = 'A'")
	apply(t, db, after)
	settled(t, db, after)
}

// Rows of equal values are counted in a time that grows as the table does.
func TestManyDuplicates(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"), nullable(text("y")))))
	execute(t, db, "INSERT INTO test_p.t (x, y) SELECT (n / 2)::text, CASE WHEN n % 4 < 2 THEN 'y' END FROM generate_series(0, 59999) AS n")
	e, err := migration.New(migration.Config{DB: db, StatementTimeout: 20 * time.Second})
	require.NoError(t, err)
	for rows, columns := range map[int64][]string{60000: {"x"}, 30000: {"x", "y"}} {
		planned, err := e.Plan(t.Context(), unitsOf(one(withIndex(table("t", text("x"), nullable(text("y"))), "by_x", true, columns...))))
		require.NoError(t, err)
		require.Equal(t, rows, planned.Refused()[0].Rows)
	}
}
