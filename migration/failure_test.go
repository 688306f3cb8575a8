package migration_test

import (
	"database/sql"
	"math"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// A statement that fails takes everything with it, and is on record.
func TestFailureRollsBackAndIsRecorded(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("a", []*schema.Table{table("t", text("x"))}))
	execute(t, db, "INSERT INTO test_a.t (x) VALUES ('a'), ('A')")
	before := dump(t, db)
	// Over an expression duplicates are not counted beforehand.
	units := []migration.Unit{
		plugin("a", []*schema.Table{table("t", text("x"), nullable(text("y")))}, &entpg.Index{
			Table: "t", Name: "by_lower", Unique: true, Parts: []entpg.Part{{Expr: "lower(x)"}},
		}),
		plugin("b", []*schema.Table{table("t")}),
	}
	for range 3 {
		_, err := engine(t, db).Run(t.Context(), units, migration.Options{})
		require.ErrorContains(t, err, "by_lower")
		require.ErrorContains(t, err, `"@test/a"`)
		require.ErrorContains(t, err, "23505")
		require.Equal(t, before, dump(t, db))
	}
	require.Equal(t, "failed 3", query[string](t, db,
		"SELECT outcome || ' ' || attempts FROM migrations.runs ORDER BY id DESC LIMIT 1"))
	require.Equal(t, 2, query[int](t, db, "SELECT count(*) FROM migrations.runs"))
	require.Contains(t, query[string](t, db, "SELECT error FROM migrations.runs WHERE outcome = 'failed'"), "by_lower")

	// Once the rows are fixed it goes through.
	execute(t, db, "DELETE FROM test_a.t WHERE x = 'A'")
	apply(t, db, units...)
	settled(t, db, units...)
}

// A first run that fails is on record, too, and nothing else is there.
func TestFirstFailureIsRecorded(t *testing.T) {
	t.Parallel()
	db := open(t)
	before := dump(t, db)
	unit := plugin("p", []*schema.Table{table("t", typed("x", "no_such_type"))})
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{coreUnit(), unit}, migration.Options{})
	require.ErrorContains(t, err, `the schema of plugin "@test/p" does not build`)
	require.ErrorContains(t, err, "no_such_type")
	require.NotContains(t, err.Error(), "zz_elizago")
	require.Equal(t, before, dump(t, db))
	require.Equal(t, "failed", query[string](t, db, "SELECT outcome FROM migrations.runs"))
	require.Equal(t, 0, query[int](t, db, "SELECT count(*) FROM migrations.state"))
	apply(t, db, coreUnit())
}

// A first run that is refused leaves the database of another program as it is.
func TestRefusedFirstRunWritesNothing(t *testing.T) {
	t.Parallel()
	db := open(t)
	execute(t, db, "CREATE SCHEMA test_p", "CREATE TABLE test_p.t (number int)")
	_, err := engine(t, db).Run(t.Context(), unitsOf(one(table("t", text("x")))), migration.Options{})
	var refused *migration.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Nil(t, query[*string](t, db, "SELECT to_regnamespace('migrations')::text"))
}

// A pool of one connection is enough, also to record a failure.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	db := open(t)
	db.SetMaxOpenConns(1)
	apply(t, db, plugin("p", []*schema.Table{table("t", text("x"))}))
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t")})}, migration.Options{})
	require.ErrorContains(t, err, "refused")
	require.Equal(t, "refused", query[string](t, db, "SELECT outcome FROM migrations.runs ORDER BY id DESC LIMIT 1"))
}

// A table that another session uses for long is not waited for without end, and
// the error says who it is; not what they are executing.
func TestBusyTable(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := openURL(t, url)
	child := table("child", typed("t", "uuid"))
	apply(t, db, plugin("p", []*schema.Table{table("t"), child}))
	tx, err := openURL(t, url).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	_, err = tx.ExecContext(t.Context(), "SET LOCAL application_name = 'the other one'")
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "LOCK TABLE test_p.t IN ACCESS SHARE MODE")
	require.NoError(t, err)
	busy := func(db *sql.DB, units ...migration.Unit) *migration.BusyError {
		// It looks for the other one four times while it waits.
		e, err := migration.New(migration.Config{DB: db, LockTimeout: 2 * time.Second})
		require.NoError(t, err)
		_, err = e.Run(t.Context(), units, migration.Options{})
		var busy *migration.BusyError
		require.ErrorAs(t, err, &busy)
		require.ErrorContains(t, err, "another session is using the table")
		require.ErrorContains(t, err, `"t"`)
		require.NotContains(t, err.Error(), "LOCK TABLE")
		require.NotContains(t, err.Error(), "\n")
		return busy
	}
	change := plugin("p", []*schema.Table{table("t", nullable(text("x"))), child})
	require.Regexp(t, `^pid \d+, application "the other one", idle in transaction, from .+, since \d{4}-\d\d-\d\d `, busy(db, change).Holder)

	// Also where the other one uses what the table is to refer to.
	_, err = tx.ExecContext(t.Context(), "LOCK TABLE test_p.t IN EXCLUSIVE MODE")
	require.NoError(t, err)
	reference := plugin("p", []*schema.Table{table("t"), child}, &entpg.Reference{
		Table: "child", Column: "t", RefTable: "t", RefColumn: "id", OnDelete: entpg.Cascade,
	})
	require.Contains(t, busy(db, reference).Holder, `application "the other one"`)

	// A program that has one connection alone cannot look.
	one := openURL(t, url)
	one.SetMaxOpenConns(1)
	require.Empty(t, busy(one, change).Holder)
}

// Times that PostgreSQL would take for none, or not take, are the nearest that
// it does.
func TestTimeoutsThatPostgreSQLDoesNotHave(t *testing.T) {
	t.Parallel()
	db := open(t)
	apply(t, db, plugin("p", []*schema.Table{table("t")}))
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback()) }()
	_, err = tx.ExecContext(t.Context(), "LOCK TABLE test_p.t IN ACCESS SHARE MODE")
	require.NoError(t, err)
	unit := plugin("p", []*schema.Table{table("t", nullable(text("x")))})
	e, err := migration.New(migration.Config{DB: db, TableTimeout: 1, LockTimeout: 200 * time.Millisecond})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), []migration.Unit{unit}, migration.Options{})
	require.ErrorContains(t, err, "another session is using the table", "a nanosecond is not for ever")
	other := plugin("q", []*schema.Table{table("t")})
	e, err = migration.New(migration.Config{DB: db, LockTimeout: math.MaxInt64, TableTimeout: 1000 * time.Hour, StatementTimeout: 1000 * time.Hour})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), []migration.Unit{other}, migration.Options{})
	require.NoError(t, err)
}

// A dry run leaves no trace at all, of a database with or without history.
func TestDryRun(t *testing.T) {
	t.Parallel()
	db := open(t)
	everything := func() string {
		return dump(t, db) + lines(t, db, `SELECT nspname::text FROM pg_namespace ORDER BY 1`) +
			lines(t, db, `SELECT xmin::text || ' ' || oid::regclass::text FROM pg_class ORDER BY oid`)
	}
	before := everything()
	dry := func(units ...migration.Unit) *migration.Result {
		result, err := engine(t, db).Run(t.Context(), units, migration.Options{DryRun: true})
		require.NoError(t, err)
		return result
	}
	result := dry(coreUnit())
	require.False(t, result.UpToDate)
	require.NotEmpty(t, result.Plan.Statements)
	require.Equal(t, before, everything())
	require.NotContains(t, before, "migrations")

	apply(t, db, coreUnit())
	before = everything()
	history := func() int { return query[int](t, db, "SELECT count(*) FROM migrations.runs") }
	require.True(t, dry(coreUnit()).UpToDate)
	require.NotEmpty(t, dry(coreUnit(), plugin("p", []*schema.Table{table("t")})).Plan.Statements)
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{{Plugin: migration.Core, Schema: without(coreUnit(), "memories")}},
		migration.Options{DryRun: true})
	require.Error(t, err)
	require.Equal(t, before, everything())
	require.Equal(t, 1, history())
}

// Verbose logs the statements at info.
func TestVerbose(t *testing.T) {
	t.Parallel()
	for _, verbose := range []bool{true, false} {
		db := open(t)
		log, logs := observed()
		e, err := migration.New(migration.Config{DB: db, Logger: log})
		require.NoError(t, err)
		result, err := e.Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t")})}, migration.Options{Verbose: verbose})
		require.NoError(t, err)
		want := 0
		if verbose {
			want = len(result.Plan.Statements)
		}
		require.Equal(t, want, logs.FilterMessage("executed statement").Len())
		require.Equal(t, 1, logs.FilterMessage("applied 2 statements for @test/p").Len())
	}
}
