package migration_test

import (
	"database/sql"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
	"github.com/elizago/elizago/migration/plan"
)

// toastOptions are the storage parameters of test_p.t's toast table, "none"
// without one.
func toastOptions(t testing.TB, db *sql.DB) string {
	t.Helper()
	return query[string](t, db, `SELECT coalesce((SELECT coalesce(toast.reloptions::text, '') FROM pg_class c JOIN pg_class toast ON toast.oid = c.reltoastrelid
		WHERE c.oid = 'test_p.t'::regclass), 'none')`)
}

// toasted declares a parameter of a toast table.
func toasted(columns []*schema.Column, annotations ...core.SchemaAnnotation) migration.Unit {
	return one(table("t", columns...), append(annotations, &entpg.StorageParameters{
		Table: "t", With: map[string]string{"toast.autovacuum_enabled": "false", "fillfactor": "80"},
	})...)
}

// A table whose rows are rewritten after all its columns were declared PLAIN
// has no toast table any more. Its parameters wait until there is one again.
func TestToastTableThatGoes(t *testing.T) {
	t.Parallel()
	db := open(t)
	columns := func(more ...*schema.Column) []*schema.Column { return append(more, nullable(text("x"))) }
	plain := toasted(columns(), storedAs("x", entpg.StoragePlain))
	apply(t, db, plain)
	require.Equal(t, "{autovacuum_enabled=false}", toastOptions(t, db))
	settled(t, db, plain)

	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')", "VACUUM FULL test_p.t")
	require.Equal(t, "none", toastOptions(t, db))
	report, err := engine(t, db).Check(t.Context(), unitsOf(plain))
	require.NoError(t, err)
	require.True(t, report.Equal, "%v", report.Differences)
	require.True(t, apply(t, db, plain).UpToDate)
	settled(t, db, plain)

	// What has nothing to do with it is seen, and what needs no toast table does
	// not make one.
	execute(t, db, "ALTER TABLE test_p.t RESET (fillfactor)")
	turned(t, db, plan.SetStorage, "test_p.t.fillfactor", plain)
	plain = toasted(columns(nullable(integer("n"))), storedAs("x", entpg.StoragePlain))
	turned(t, db, plan.AddColumn, "test_p.t.n", plain)
	require.Equal(t, "none", toastOptions(t, db))

	again := toasted(columns(nullable(integer("n"))))
	turned(t, db, plan.ResetColumnStorage, "test_p.t.x", again)
	require.Equal(t, "{autovacuum_enabled=false}", toastOptions(t, db))
}

// The plan itself may rewrite the rows, and so drop the toast table or make
// one.
func TestToastTableOfAPlan(t *testing.T) {
	t.Parallel()
	short, long := nullable(typed("x", "varchar(9)")), nullable(text("x"))
	for name, test := range map[string]struct {
		before, after migration.Unit
		was, is       string
	}{
		"goes": {
			toasted([]*schema.Column{long}), toasted([]*schema.Column{nullable(typed("x", "jsonb"))}, storedAs("x", entpg.StoragePlain)),
			"{autovacuum_enabled=false}", "none",
		},
		"does not come": {
			toasted([]*schema.Column{short}), toasted([]*schema.Column{nullable(typed("x", "jsonb"))}, storedAs("x", entpg.StoragePlain)),
			"none", "none",
		},
		"comes": {
			toasted([]*schema.Column{short}), toasted([]*schema.Column{long}),
			"none", "{autovacuum_enabled=false}",
		},
		"comes with a column": {
			toasted([]*schema.Column{short}), toasted([]*schema.Column{short, nullable(text("y"))}),
			"none", "{autovacuum_enabled=false}",
		},
		"goes and comes": {
			// An identity column has all rows rewritten before x exists.
			toasted([]*schema.Column{nullable(text("y"))}), toasted([]*schema.Column{integer("a"), long}, &entpg.IdentityColumn{Table: "t", Column: "a"}),
			"{autovacuum_enabled=false}", "{autovacuum_enabled=false}",
		},
		"is not needed any more": {
			toasted([]*schema.Column{short, nullable(text("y"))}), toasted([]*schema.Column{short}),
			"{autovacuum_enabled=false}", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, test.before)
			require.Equal(t, test.was, toastOptions(t, db))
			execute(t, db, "INSERT INTO test_p.t DEFAULT VALUES")
			forced(t, db, test.after)
			require.Equal(t, test.is, toastOptions(t, db))
			settled(t, db, test.after)
		})
	}
}
