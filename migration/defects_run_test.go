package migration_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// Defect 11. The lock is taken on the connection that migrates, whatever the
// environment says about some server.
func lockWhateverTheEnvironment(t *testing.T) {
	for _, value := range []string{"", "pglite:///memory", "mysql://elsewhere/db"} {
		t.Setenv("POSTGRES_URL", value)
		t.Setenv("DATABASE_URL", value)
		url := pgtest.Database(t)
		release := holdLock(t, url)
		e, err := migration.New(migration.Config{DB: openURL(t, url), LockTimeout: 50 * time.Millisecond})
		require.NoError(t, err)
		_, err = e.Run(t.Context(), []migration.Unit{one(table("t"))}, migration.Options{})
		var lock *migration.LockError
		require.ErrorAs(t, err, &lock)
		release()
		apply(t, openURL(t, url), one(table("t")))
	}
}

// Defect 12. Every statement that defines something runs on one connection and
// in one transaction, however many connections the pool has and others use;
// after runs at once, failing ones among them, no lock and no half is left.
func oneConnectionOneTransaction(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db,
		"CREATE SCHEMA watch", "CREATE TABLE watch.log (pid int, xid xid8)",
		`CREATE FUNCTION watch.note() RETURNS event_trigger LANGUAGE plpgsql AS
			'BEGIN INSERT INTO watch.log VALUES (pg_backend_pid(), pg_current_xact_id()); END'`,
		"CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION watch.note()",
	)
	units := []migration.Unit{coreUnit()}
	for i := range 5 {
		units = append(units, plugin(fmt.Sprintf("p%d", i), []*schema.Table{withIndex(table("t", text("x")), "by_x", false, "x")}))
	}
	broken := append(slices.Clone(units), plugin("broken", []*schema.Table{table("t", withDefault(integer("n"), schema.Expr("1/0")), typed("x", "no_such_type"))}))
	var wait sync.WaitGroup
	good, bad := make([]error, 8), make([]error, 8)
	e := engine(t, db)
	for i := range 8 {
		wait.Go(func() { _, good[i] = e.Run(t.Context(), units, migration.Options{}) })
		wait.Go(func() { _, bad[i] = e.Run(t.Context(), broken, migration.Options{}) })
	}
	wait.Wait()
	for i := range 8 {
		require.NoError(t, good[i])
		require.ErrorContains(t, bad[i], "no_such_type")
	}
	// The transactions that remain are the one that applied, and the one that
	// made the history, if that was for a failure.
	require.Equal(t, 1, query[int](t, db, "SELECT count(*) FROM migrations.runs WHERE outcome = 'applied'"))
	require.LessOrEqual(t, query[int](t, db, "SELECT count(DISTINCT xid) FROM watch.log"), 2)
	require.Equal(t, query[int](t, db, "SELECT count(DISTINCT xid) FROM watch.log"),
		query[int](t, db, "SELECT count(*) FROM (SELECT DISTINCT pid, xid FROM watch.log) x"), "one transaction is one connection")
	require.Equal(t, 0, query[int](t, db, `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
		WHERE l.locktype = 'advisory' AND d.datname = current_database()`))
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM pg_namespace WHERE nspname = 'test_broken'"))
	settled(t, db, units...)
}

// Defect 13. What has no order in the declarations has none in the hash; where
// the hash changes all the same, the comparison finds nothing to do.
func hashIgnoresOrder(t *testing.T) {
	t.Parallel()
	db := open(t)
	checks := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	unit := func() migration.Unit {
		notes := table("t", text("x"), nullable(typed("v", "vector(3)")))
		for _, name := range checks {
			withCheck(notes, name, "x <> '"+name+"'")
		}
		return one(notes, &entpg.Index{
			Table: "t", Name: "by_v", Using: "hnsw", Parts: []entpg.Part{{Column: "v", OpClass: entpg.VectorL2}},
			With: map[string]string{"m": "8", "ef_construction": "32"},
		}, &entpg.StorageParameters{Table: "t", With: map[string]string{
			"fillfactor": "70", "autovacuum_enabled": "true", "autovacuum_vacuum_threshold": "100", "parallel_workers": "2",
		}})
	}
	first := apply(t, db, unit())
	for i := range 20 {
		slices.Reverse(checks[:i%len(checks)])
		again := apply(t, db, unit())
		require.True(t, again.UpToDate)
		require.False(t, again.Compared, "the hash depends on the order")
		require.Equal(t, first.Plan.Hash, again.Plan.Hash)
	}
	// The order in which annotations are declared is the author's, and costs one
	// comparison at most.
	turnedAround := unit()
	slices.Reverse(turnedAround.Schema.Annotations)
	require.True(t, apply(t, db, turnedAround).UpToDate)
	settled(t, db, turnedAround)
}

// Defect 14. A comparison that comes to nothing is remembered, also when it met
// objects that are left alone.
func whatIsLeftAloneIsRemembered(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(table("t", text("x")))
	apply(t, db, unit)
	execute(t, db, "ALTER TABLE test_p.t ADD COLUMN by_hand int", "CREATE INDEX by_hand_idx ON test_p.t (by_hand)")
	result := apply(t, db, unit)
	require.True(t, result.UpToDate)
	require.True(t, result.Compared)
	require.Len(t, result.Plan.Unmanaged, 2)
	for range 3 {
		result = apply(t, db, unit)
		require.True(t, result.UpToDate)
		require.False(t, result.Compared, "compared again")
	}
}

// Defect 17. A column that was renamed keeps its values; renames_test.go has
// the rest.
func renameHintKeepsTheRows(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("mail"))))
	execute(t, db, "INSERT INTO test_p.t (mail) VALUES ('a@b')")
	unit := one(table("t", text("email")), &entpg.Renamed{Table: "t", Column: "email", From: "mail"})
	result := apply(t, db, unit)
	require.Contains(t, result.Plan.SQL(), `RENAME COLUMN "mail" TO "email"`)
	require.Equal(t, "a@b", query[string](t, db, "SELECT email FROM test_p.t"))
	settled(t, db, unit)
}

// Defect 17. A plugin's data migration runs with the change of its tables;
// data_test.go has the rest.
func dataMigrationRuns(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t", text("x"))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a')")
	unit := one(table("t", text("x"), nullable(text("y"))))
	unit.Schema.Data = []core.DataMigration{dataMigration("fill", core.AfterSchema, "UPDATE test_p.t SET y = upper(x)")}
	apply(t, db, unit)
	require.Equal(t, "A", query[string](t, db, "SELECT y FROM test_p.t"))
	settled(t, db, unit)
}

// Defect 17. A table that another session keeps locked is not waited for
// without end, and no session waits behind the migration for longer than that.
func lockTimeoutEndsTheWait(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, one(table("t")))
	before := dump(t, db)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	_, err = tx.ExecContext(t.Context(), "SELECT * FROM test_p.t")
	require.NoError(t, err)
	e, err := migration.New(migration.Config{DB: db, LockTimeout: 50 * time.Millisecond})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), []migration.Unit{one(table("t", nullable(text("x"))))}, migration.Options{})
	oneLine(t, err)
	require.ErrorContains(t, err, "another session is using the table")
	require.Equal(t, before, dump(t, db))
}
