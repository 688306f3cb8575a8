package migration_test

import (
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
)

func unitsOf(units ...migration.Unit) []migration.Unit { return units }

// A history of which a part was dropped is not taken for none.
func TestHistoryWithoutATable(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"runs", "journal", "state"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			unit := one(table("t"))
			apply(t, db, unit)
			execute(t, db, "DROP TABLE migrations."+name+" CASCADE")
			_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{})
			require.ErrorContains(t, err, "one is missing: restore it from a backup, or, to begin a new history, DROP TABLE IF EXISTS")
			execute(t, db, "DROP TABLE IF EXISTS migrations.data, migrations.journal, migrations.state, migrations.runs")
			apply(t, db, unit)
			settled(t, db, unit)
		})
	}
}

// The table of data migrations is younger than the others, and made where it is
// missing.
func TestHistoryFromBeforeDataMigrations(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t")))
	execute(t, db, "DROP TABLE migrations.data", "ALTER TABLE migrations.journal DROP COLUMN fingerprint")
	unit := one(table("t", nullable(text("x"))))
	apply(t, db, unit)
	settled(t, db, unit)
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM migrations.data"))
	require.NotEmpty(t, query[string](t, db, "SELECT fingerprint FROM migrations.journal ORDER BY run_id DESC LIMIT 1"))
}

// Tables of another tool that have the history's names are not taken for an
// incomplete history, and nothing is advised that would destroy them: the history
// can be in another schema, for all that reads it.
func TestHistoryNamesOfAnotherTool(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE SCHEMA migrations", "CREATE TABLE migrations.state (version int)", "CREATE VIEW migrations.runs AS SELECT 1 AS id",
		"CREATE TABLE migrations.data (id int)", "INSERT INTO migrations.state VALUES (7)")
	before := lines(t, db, "SELECT version::text FROM migrations.state")
	first := withData(one(table("t", nullable(text("x")))), dataMigration("seed", core.AfterSchema, "INSERT INTO test_p.t (x) VALUES ('a')"))
	_, err := engine(t, db).Run(t.Context(), unitsOf(first), migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, "migrations.data, migrations.runs, migrations.state")
	require.NotContains(t, err.Error(), "DROP")
	require.ErrorContains(t, err, "set ELIZA_MIGRATION_HISTORY to the name of another schema, which is made for it, such as elizago_history")

	e, err := migration.New(migration.Config{DB: db, History: "elizago_history"})
	require.NoError(t, err)
	run := func(u migration.Unit, options migration.Options) *migration.Result {
		t.Helper()
		result, err := e.Run(t.Context(), unitsOf(u), options)
		require.NoError(t, err)
		return result
	}
	run(first, migration.Options{})
	require.False(t, run(first, migration.Options{}).Compared)
	require.True(t, run(first, migration.Options{Full: true}).UpToDate)
	// A refusal, a program of the version before, another namespace: all go by it.
	second := first
	second.Schema.Tables = []*schema.Table{table("t", nullable(text("y")))}
	_, err = e.Run(t.Context(), unitsOf(second), migration.Options{})
	require.ErrorContains(t, err, "drop column test_p.t.x")
	last, err := e.LastRun(t.Context())
	require.NoError(t, err)
	require.Equal(t, "refused", last.Outcome)
	run(second, migration.Options{Force: true})
	second.Schema.Tables = []*schema.Table{table("t", nullable(text("y")), nullable(text("x")))}
	run(second, migration.Options{})
	require.NotEmpty(t, run(withTables(second, table("t", nullable(text("y")))), migration.Options{}).Superseded)
	second.Schema.Namespace, second.Schema.RenamedFrom = "moved", "test_p"
	run(second, migration.Options{})
	status, err := e.Status(t.Context(), "@test/p")
	require.NoError(t, err)
	require.Len(t, status.Journal, 4)
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM moved.t"))
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM elizago_history.data"))
	require.Equal(t, before, lines(t, db, "SELECT version::text FROM migrations.state"))
	require.False(t, query[bool](t, db, "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'migrations'::regnamespace AND relname = 'journal')"))
}

// A history that is somewhere else is found, and not begun once more: all data
// migrations would run again. The error's ways out are followed.
func TestHistoryInAnotherSchema(t *testing.T) {
	t.Parallel()
	unit := withData(one(table("t", nullable(text("x")))), dataMigration("count", core.AfterSchema, "INSERT INTO test_p.t (x) VALUES ('a')"))
	for name, test := range map[string]struct {
		first, then string
		by          string
	}{
		"it is set":       {first: "elizago_history", then: "elizago_history"},
		"it is renamed":   {first: "elizago_history", by: "ALTER SCHEMA elizago_history RENAME TO migrations"},
		"it is set again": {first: "", then: ""},
		"to the new name": {first: "", then: "user", by: `ALTER SCHEMA migrations RENAME TO "user"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			with := func(history string) error {
				e, err := migration.New(migration.Config{DB: db, History: history})
				require.NoError(t, err)
				_, err = e.Run(t.Context(), unitsOf(unit), migration.Options{Full: true})
				return err
			}
			require.NoError(t, with(test.first))
			other := "user"
			if test.first != "" {
				other = ""
			}
			before := dump(t, db)
			err := with(other)
			require.ErrorContains(t, err, "the history of this database is in the schema ")
			require.ErrorContains(t, err, "set ELIZA_MIGRATION_HISTORY=")
			require.ErrorContains(t, err, "or run ALTER SCHEMA ")
			require.Equal(t, before, dump(t, db))
			if test.by != "" {
				execute(t, db, test.by)
			}
			require.NoError(t, with(test.then))
			require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM test_p.t"))
		})
	}
}

// Not every name is that of a schema of the history.
func TestHistoryNames(t *testing.T) {
	t.Parallel()
	db := openURL(t, "postgresql://127.0.0.1:1/none")
	for _, name := range []string{"public", "pg_history", "My History", "information_schema", "test_p", strings.Repeat("h", 64)} {
		e, err := migration.New(migration.Config{DB: db, History: name})
		require.NoError(t, err)
		_, err = e.Run(t.Context(), unitsOf(one(table("t"))), migration.Options{})
		oneLine(t, err)
		require.ErrorContains(t, err, "set ELIZA_MIGRATION_HISTORY to another name")
	}
}

// withTables returns a schema owner with other tables.
func withTables(u migration.Unit, tables ...*schema.Table) migration.Unit {
	u.Schema.Tables = tables
	return u
}
