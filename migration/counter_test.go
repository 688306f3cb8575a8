package migration_test

import (
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// counted is a table with the column number, of a type and perhaps an identity.
func counted(sqlType string, annotations ...core.SchemaAnnotation) migration.Unit {
	return one(table("t", typed("number", sqlType), nullable(text("x"))), annotations...)
}

func identity(x entpg.IdentityColumn) core.SchemaAnnotation {
	x.Table, x.Column = "t", "number"
	return &x
}

// However a column counts before and after a change, it goes on after the last
// number that was given, also where the rows of the last ones are gone.
func TestCountingGoesOn(t *testing.T) {
	t.Parallel()
	plain := counted("integer")
	serial, bigserial := counted("serial"), counted("bigserial")
	byIdentity := counted("integer", identity(entpg.IdentityColumn{}))
	always := counted("bigint", identity(entpg.IdentityColumn{Always: true, Start: 1000, Increment: 10}))
	downwards := counted("integer", identity(entpg.IdentityColumn{Increment: -1}))
	shared := one(table("t", withDefault(typed("number", "integer"), schema.Expr("nextval('public.numbers')")), nullable(text("x"))))
	for name, test := range map[string]struct {
		states []migration.Unit
		want   int
	}{
		"serial to identity":                           {[]migration.Unit{serial, byIdentity}, 101},
		"serial to plain to identity":                  {[]migration.Unit{serial, plain, byIdentity}, 101},
		"identity to plain to identity":                {[]migration.Unit{byIdentity, plain, byIdentity}, 101},
		"identity to serial":                           {[]migration.Unit{byIdentity, serial}, 101},
		"identity to plain to serial":                  {[]migration.Unit{byIdentity, plain, serial}, 101},
		"serial to bigserial":                          {[]migration.Unit{serial, bigserial}, 101},
		"bigserial to serial to an identity of bigint": {[]migration.Unit{bigserial, serial, always}, 1000},
		"identity that counts by ten to serial":        {[]migration.Unit{always, bigserial}, 1991},
		"identity to one that counts downwards":        {[]migration.Unit{byIdentity, downwards}, -1},
		"downwards to plain to downwards":              {[]migration.Unit{downwards, plain, downwards}, -101},
		"downwards to serial":                          {[]migration.Unit{downwards, serial}, 1},
		"a sequence of another program to identity":    {[]migration.Unit{shared, byIdentity}, 101},
		"a sequence of another program to serial":      {[]migration.Unit{shared, serial}, 101},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			execute(t, db, "CREATE SEQUENCE public.numbers")
			apply(t, db, test.states[0])
			execute(t, db, "INSERT INTO test_p.t (x) SELECT 'x' FROM generate_series(1, 100)",
				"DELETE FROM test_p.t WHERE abs(number) BETWEEN 51 AND 100 OR number > 1400")
			for _, unit := range test.states[1:] {
				forced(t, db, unit)
				settled(t, db, unit)
			}
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('next')")
			require.Equal(t, test.want, query[int](t, db, "SELECT number FROM test_p.t WHERE x = 'next'"))
			require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'test_p'::regnamespace"))
		})
	}
}

// Rows without a counter get one: a number that is there is not given again.
func TestCountingBegins(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]migration.Unit{
		"serial": counted("bigserial"), "identity": counted("bigint", identity(entpg.IdentityColumn{})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, counted("bigint"))
			execute(t, db, "INSERT INTO test_p.t (number) VALUES (1), (7)")
			apply(t, db, unit)
			settled(t, db, unit)
			execute(t, db, "INSERT INTO test_p.t (x) VALUES ('next')")
			require.Equal(t, 8, query[int](t, db, "SELECT number FROM test_p.t WHERE x = 'next'"))
		})
	}
}

// A serial column keeps its sequence when it or its table is renamed, and the
// name of a sequence that is there already is no obstacle.
func TestSerialIsRenamed(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, counted("bigserial"))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('b')", "CREATE SEQUENCE test_p.u_n_seq")
	column := one(table("t", typed("n", "bigserial"), nullable(text("x"))), renamedColumn("t", "number", "n"))
	apply(t, db, column)
	settled(t, db, column)
	both := plugin("p", []*schema.Table{table("u", typed("n", "bigserial"), nullable(text("x"))), table("t", typed("n", "bigserial"))}, renamedTable("t", "u"))
	apply(t, db, both)
	settled(t, db, both)
	execute(t, db, "INSERT INTO test_p.u (x) VALUES ('c')")
	require.Equal(t, "1 2 3", query[string](t, db, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM test_p.u"))
	other := open(t)
	execute(t, other, "CREATE SCHEMA test_p", "CREATE SEQUENCE test_p.t_number_seq")
	apply(t, other, counted("bigserial"))
	settled(t, other, counted("bigserial"))
}

// The reverses of what changes the counting lead back, to the same next number.
func TestCountingReverses(t *testing.T) {
	t.Parallel()
	for name, states := range map[string][2]migration.Unit{
		"identity to plain":  {counted("integer", identity(entpg.IdentityColumn{})), counted("integer")},
		"serial to plain":    {counted("serial"), counted("integer")},
		"serial to identity": {counted("serial"), counted("integer", identity(entpg.IdentityColumn{}))},
		"plain to serial":    {counted("integer"), counted("serial")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, states[0])
			execute(t, db, "INSERT INTO test_p.t (number) VALUES (1)")
			result := apply(t, db, states[1])
			for i := len(result.Plan.Statements) - 1; i >= 0; i-- {
				execute(t, db, result.Plan.Statements[i].Reverse...)
			}
			report, err := engine(t, db).Check(t.Context(), unitsOf(states[0]))
			require.NoError(t, err)
			require.True(t, report.Equal, "%v", report.Differences)
		})
	}
}
