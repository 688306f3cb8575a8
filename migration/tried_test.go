package migration_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
)

// A data migration that ran for nothing is not run again until the code or the rows
// change, or until it is asked for, as the error says.
func TestDataThatRanForNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statement string // of the data migration
		words     string
		fix       string
	}{
		"rows stand against the schema": {"UPDATE test_p.t SET y = y || 'c'", "add index test_p.t.by_x", "DELETE FROM test_p.t WHERE id = (SELECT id FROM test_p.t LIMIT 1)"},
		"a later statement fails":       {"UPDATE test_p.t SET y = y || 'c', n = 0 WHERE x = 'a'", "22012", "UPDATE test_p.t SET x = id::text"},
		"it fails itself":               {"UPDATE test_p.t SET y = (1 / n)::text", "22012", "UPDATE test_p.t SET n = 1, x = id::text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, one(table("t", nullable(text("x")), nullable(text("y")), nullable(integer("n")))))
			execute(t, db, "INSERT INTO test_p.t (x, y, n) SELECT 'a', 'b', 0 FROM generate_series(1, 2)")
			runs := 0
			unit := func(columns ...string) migration.Unit {
				u := one(withIndex(table("t", nullable(text("x")), nullable(text("y")), nullable(integer("n"))), "by_x", true, "x"))
				if name == "a later statement fails" {
					u = one(withCheck(table("t", nullable(text("x")), nullable(text("y")), nullable(integer("n"))), "c", "x <> 'a' OR 1 / n > 0"))
				}
				for _, c := range columns {
					u.Schema.Tables[0].Columns = append(u.Schema.Tables[0].Columns, nullable(text(c)))
				}
				return withData(u, core.DataMigration{Name: "much", Position: core.BeforeSchema, Run: func(ctx context.Context, q core.Querier) error {
					runs++
					_, err := q.ExecContext(ctx, test.statement)
					return err
				}})
			}
			e := engine(t, db)
			start := func(u migration.Unit) error {
				_, err := e.Run(t.Context(), unitsOf(u), migration.Options{})
				return err
			}
			size := func() int64 { return query[int64](t, db, "SELECT pg_relation_size('test_p.t')") }
			require.ErrorContains(t, start(unit()), test.words)
			require.Equal(t, 1, runs)
			before := size()
			for range 3 {
				err := start(unit())
				require.ErrorContains(t, err, test.words)
				require.ErrorContains(t, err, "`elizago migrate apply` runs them all the same")
				if test.words != "22012" {
					var refused *migration.RefusedError
					require.ErrorAs(t, err, &refused)
					require.NotEmpty(t, refused.Changes)
				}
			}
			require.Equal(t, 1, runs)
			require.Equal(t, before, size())
			require.Equal(t, 4, query[int](t, db, "SELECT attempts FROM migrations.runs ORDER BY id DESC LIMIT 1"))

			// As the error says.
			_, err := e.Run(t.Context(), unitsOf(unit()), migration.Options{GoBack: true})
			require.ErrorContains(t, err, test.words)
			require.NotContains(t, err.Error(), "runs them all the same")
			require.Equal(t, 2, runs)
			require.ErrorContains(t, start(unit()), "runs them all the same")
			// Other code.
			require.ErrorContains(t, start(unit("z")), test.words)
			require.Equal(t, 3, runs)
			// Other rows, which are as bad.
			execute(t, db, "UPDATE test_p.t SET y = 'd'")
			for range 2 {
				require.ErrorContains(t, start(unit("z")), test.words)
				require.Equal(t, 4, runs)
			}
			execute(t, db, "VACUUM test_p.t", test.fix)
			apply(t, db, unit("z"))
			require.Equal(t, 5, runs)
			settled(t, db, unit("z"))
		})
	}
}

// Rows that another session corrects while the data migrations fail are not those
// that were tried.
func TestRowsThatAreCorrectedMeanwhile(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(integer("n")))))
	execute(t, db, "INSERT INTO test_p.t (n) VALUES (0)")
	runs := 0
	unit := withData(one(table("t", nullable(integer("n")))), core.DataMigration{Name: "divide", Position: core.BeforeSchema, Run: func(ctx context.Context, q core.Querier) error {
		runs++
		var sum int
		err := q.QueryRowContext(ctx, "SELECT sum(1 / n) FROM test_p.t").Scan(&sum)
		if runs == 2 {
			execute(t, db, "UPDATE test_p.t SET n = 1")
		}
		return err
	}})
	start := func() error {
		_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{})
		return err
	}
	require.ErrorContains(t, start(), "22012")
	require.ErrorContains(t, start(), "runs them all the same")
	require.Equal(t, 1, runs)
	execute(t, db, "UPDATE test_p.t SET n = 0")
	require.ErrorContains(t, start(), "22012")
	require.Equal(t, 2, runs)
	require.NoError(t, start())
	require.Equal(t, 3, runs)
	settled(t, db, unit)
}
