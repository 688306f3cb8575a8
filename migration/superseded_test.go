package migration_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap/zapcore"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// A program of the version before finds all that it declares: it changes nothing,
// warns of what the database has more, and starts; so two versions can be restarted
// in turn. A strict run, as `migrate apply` is, refuses, and with force removes it.
func TestSupersededProgram(t *testing.T) {
	t.Parallel()
	db := open(t)
	first := one(table("t", nullable(text("x"))), mood("a"))
	first.Schema.Tables = append(first.Schema.Tables, table("kept"))
	first = plugin("p", []*schema.Table{table("t", nullable(text("x")), nullable(text("m")))}, mood("a"))
	second := plugin("p", []*schema.Table{
		withIndex(table("t", nullable(text("x")), nullable(text("m")), nullable(text("y")), withDefault(text("z"), "q")), "by_y", false, "y"), table("more"),
	}, mood("a", "b"), &entpg.View{Name: "v", SQL: "SELECT y FROM t"})
	apply(t, db, first)
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('1')")
	apply(t, db, second)
	execute(t, db, "INSERT INTO test_p.t (x, y) VALUES ('1', '2')", "INSERT INTO test_p.more DEFAULT VALUES")
	before := everything(t, db)
	log, logs := observed()
	e, err := migration.New(migration.Config{DB: db, Logger: log})
	require.NoError(t, err)
	for range 3 {
		for _, options := range []migration.Options{{}, {Full: true}, {Force: true}} {
			result, err := e.Run(t.Context(), unitsOf(first), options)
			require.NoError(t, err)
			require.True(t, result.UpToDate)
			require.Empty(t, result.Plan.Statements)
			require.Len(t, result.Superseded, 6)
		}
		settled(t, db, second)
	}
	require.Equal(t, before, everything(t, db))
	warning := logs.FilterLevelExact(zapcore.WarnLevel).FilterMessageSnippet("newer version").All()[0].Message
	for _, words := range []string{"drop table test_p.more (1 row in it)", "drop column test_p.t.y", "1 row with a value in it", "`elizago migrate apply --force`"} {
		require.Contains(t, warning, words)
	}
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('3')") // as the first version does

	planned, err := e.Plan(t.Context(), unitsOf(first))
	require.NoError(t, err)
	require.NotEmpty(t, planned.Refused())
	_, err = e.Run(t.Context(), unitsOf(first), migration.Options{Strict: true})
	require.ErrorContains(t, err, "drop table test_p.more")
	forced(t, db, first)
	settled(t, db, first)
	apply(t, db, second)
	settled(t, db, second)
}

// A schema that was never recorded, that lacks something in the database, or whose
// rows the newer one would not accept, is no superseded one.
func TestNotSuperseded(t *testing.T) {
	t.Parallel()
	first := one(table("t", nullable(text("x"))))
	for name, test := range map[string]struct {
		second, again migration.Unit
		by            string
		want          string
	}{
		"never recorded":              {second: one(table("t", nullable(text("x")), nullable(text("y")))), again: one(table("t")), want: "drop column"},
		"a column that rows need":     {second: one(table("t", nullable(text("x")), text("y"))), again: first, want: "drop column test_p.t.y"},
		"a table that is not there":   {second: one(table("t", nullable(text("x")), nullable(text("y")))), again: first, by: "ALTER TABLE test_p.t DROP COLUMN x", want: "drop column test_p.t.y"},
		"a data migration not run":    {second: one(table("t", nullable(text("x")), nullable(text("y")))), again: withOneData(first, "new"), want: "drop column test_p.t.y"},
		"a schema that came back":     {second: one(table("t", nullable(text("x")), nullable(text("y")))), again: one(table("t", nullable(text("x")), nullable(text("y")))), by: "ALTER TABLE test_p.t ADD COLUMN z text", want: ""},
		"a plugin that was not there": {second: one(table("t", nullable(text("x")), nullable(text("y")))), again: first, by: "DELETE FROM migrations.journal WHERE run_id = 1", want: "drop column test_p.t.y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, first)
			apply(t, db, test.second)
			if test.by != "" {
				execute(t, db, test.by)
			}
			result, err := engine(t, db).Run(t.Context(), unitsOf(test.again), migration.Options{})
			if test.want == "" {
				require.NoError(t, err)
				require.Empty(t, result.Superseded)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

// withOneData adds a data migration before the schema, which counts nothing.
func withOneData(u migration.Unit, name string) migration.Unit {
	u.Schema.Data = append([]core.DataMigration{}, core.DataMigration{Name: name, Position: core.BeforeSchema, Run: func(context.Context, core.Querier) error { return nil }})
	return u
}

// What is refused whatever rows a data migration leaves is refused before it runs.
func TestRefusedBeforeDataMigrations(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("x")), nullable(text("y")))))
	execute(t, db, "INSERT INTO test_p.t (x, y) SELECT 'a', 'b' FROM generate_series(1, 1000)")
	size := func() int64 { return query[int64](t, db, "SELECT pg_relation_size('test_p.t')") }
	before, runs := size(), 0
	unit := one(table("t", nullable(text("x"))))
	unit.Schema.Data = []core.DataMigration{{Name: "much", Position: core.BeforeSchema, Run: func(ctx context.Context, q core.Querier) error {
		runs++
		_, err := q.ExecContext(ctx, "UPDATE test_p.t SET x = x || 'c'")
		return err
	}}}
	for range 3 {
		refused(t, db, unitsOf(unit), append(wayOut, "drop column test_p.t.y")...)
	}
	require.Zero(t, runs)
	require.Equal(t, before, size())
	forced(t, db, unit)
	require.Equal(t, 1, runs)
	settled(t, db, unit)
}

// An index of a large table waits for a session with an old snapshot as long as it
// may, and then names that session; what is left is built by the next run.
func TestOnlineIndexBehindAnOldSnapshot(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", nullable(text("x")))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('b')")
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	for _, s := range []string{"SET LOCAL application_name = 'a long report'", "SELECT * FROM test_p.t"} {
		_, err = tx.ExecContext(t.Context(), s)
		require.NoError(t, err)
	}
	unit := one(withIndex(table("t", nullable(text("x"))), "by_x", false, "x"))
	e, err := migration.New(migration.Config{DB: db, LargeTable: 1, LockTimeout: 2 * time.Second, TableTimeout: time.Second})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), unitsOf(unit), migration.Options{})
	var busy *migration.BusyError
	require.ErrorAs(t, err, &busy)
	require.Contains(t, busy.Holder, "a long report")
	require.NoError(t, tx.Rollback())
	apply(t, db, unit)
	settled(t, db, unit)
}
