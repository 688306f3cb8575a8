package migration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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
// incomplete history, and nothing is advised that would destroy them.
func TestHistoryNamesOfAnotherTool(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE SCHEMA migrations", "CREATE TABLE migrations.state (version int)", "CREATE VIEW migrations.runs AS SELECT 1 AS id",
		"CREATE TABLE migrations.data (id int)", "INSERT INTO migrations.state VALUES (7)")
	_, err := engine(t, db).Run(t.Context(), unitsOf(one(table("t"))), migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, "migrations.data, migrations.runs, migrations.state")
	require.NotContains(t, err.Error(), "DROP")
	execute(t, db, "CREATE SCHEMA another", "ALTER TABLE migrations.data SET SCHEMA another", "ALTER TABLE migrations.runs SET SCHEMA another", "ALTER TABLE migrations.state SET SCHEMA another")
	apply(t, db, one(table("t")))
	settled(t, db, one(table("t")))
	require.Equal(t, 7, query[int](t, db, "SELECT version FROM another.state"))
}
