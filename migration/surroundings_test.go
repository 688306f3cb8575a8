package migration_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// A pool of one connection, whose size database/sql does not know, is enough to
// build an index of a large table.
func TestOnlineOverAPgxPoolOfOne(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(pgtest.Database(t))
	require.NoError(t, err)
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	db := stdlib.OpenDBFromPool(pool)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	apply(t, db, one(table("t", nullable(text("x")))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('a'), ('b')")
	unit := one(withIndex(table("t", nullable(text("x"))), "by_x", false, "x"))
	e, err := migration.New(migration.Config{DB: db, LargeTable: 1})
	require.NoError(t, err)
	_, err = e.Run(t.Context(), unitsOf(unit), migration.Options{})
	require.NoError(t, err)
	settled(t, db, unit)
}

// A database that takes no writes is refused with the setting that makes it so, and
// following the words works.
func TestReadOnlySettingIsNamed(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := openURL(t, url)
	name := query[string](t, db, "SELECT quote_ident(current_database())")
	execute(t, db, "ALTER DATABASE "+name+" SET default_transaction_read_only = on")
	_, err := engine(t, openURL(t, url)).Run(t.Context(), unitsOf(one(table("t"))), migration.Options{})
	oneLine(t, err)
	advice := "ALTER DATABASE " + name + " RESET default_transaction_read_only"
	require.ErrorContains(t, err, advice)
	require.NotContains(t, err.Error(), "replica")
	conn, err := openURL(t, url).Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	for _, s := range []string{"SET default_transaction_read_only = off", advice} {
		_, err = conn.ExecContext(t.Context(), s)
		require.NoError(t, err)
	}
	apply(t, openURL(t, url), one(table("t")))
}

// A database without the schema public gets it, with the extension in it.
func TestSchemaPublicIsMade(t *testing.T) {
	t.Parallel()
	unit := plugin("p", []*schema.Table{table("t", nullable(typed("v", "vector(3)")))})
	db := open(t)
	execute(t, db, "DROP SCHEMA public CASCADE")
	planned, err := engine(t, db).Plan(t.Context(), unitsOf(unit))
	require.NoError(t, err)
	apply(t, db, unit)
	settled(t, db, unit)
	other := open(t)
	execute(t, other, "DROP SCHEMA public CASCADE", planned.SQL())
	require.True(t, apply(t, other, unit).UpToDate)
	settled(t, other, unit)
}

// A role that may not create temporary objects converts values nevertheless.
func TestCastsWithoutTemporaryRight(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	admin := openURL(t, url)
	name := query[string](t, admin, "SELECT quote_ident(current_database())")
	role := query[string](t, admin, "SELECT 'no_temp_' || oid FROM pg_database WHERE datname = current_database()")
	execute(t, admin, "CREATE ROLE "+role, "GRANT CREATE ON DATABASE "+name+" TO "+role, "REVOKE TEMPORARY ON DATABASE "+name+" FROM PUBLIC")
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP OWNED BY "+role+" CASCADE; DROP ROLE "+role)
		require.NoError(t, err)
	})
	db := as(t, url, role)
	apply(t, db, one(table("t", nullable(text("x")))))
	execute(t, db, "INSERT INTO test_p.t (x) VALUES ('1'), ('b')")
	after := one(table("t", nullable(integer("x"))))
	refused(t, db, unitsOf(after), append(wayOut, "1 row")...)
	forced(t, db, after)
	settled(t, db, after)
	require.Zero(t, query[int](t, db, "SELECT count(*) FROM pg_proc WHERE proname LIKE '%elizago%'"))
}

// as opens a pool whose sessions act as a role.
func as(t *testing.T, url, role string) *sql.DB {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["role"] = role
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	db := stdlib.OpenDBFromPool(pool)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// An event trigger of the database that enables row security on every new table is
// no obstacle, and one that fails is named.
func TestEventTriggersOfOthers(t *testing.T) {
	t.Parallel()
	unit := plugin("p", []*schema.Table{withIndex(table("t", nullable(text("x"))), "by_x", false, "x"), table("u")}, &entpg.View{Name: "v", SQL: "SELECT x FROM t"})
	t.Run("that enables row security", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		apply(t, db, one(table("u")))
		execute(t, db, `CREATE FUNCTION public.secure() RETURNS event_trigger LANGUAGE plpgsql AS $$
			DECLARE c record;
			BEGIN
				FOR c IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE' LOOP
					EXECUTE 'ALTER TABLE ' || c.object_identity || ' ENABLE ROW LEVEL SECURITY';
				END LOOP;
			END $$`, "CREATE EVENT TRIGGER secure ON ddl_command_end EXECUTE FUNCTION public.secure()")
		apply(t, db, unit)
		settled(t, db, unit)
		require.True(t, query[bool](t, db, "SELECT relrowsecurity FROM pg_class WHERE oid = 'test_p.t'::regclass"))
	})
	t.Run("that fails", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		execute(t, db, "CREATE TABLE public.ddl_log (tag text)",
			"CREATE FUNCTION public.audit() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ddl_log VALUES (tg_tag); END $$",
			"CREATE EVENT TRIGGER audit_all ON ddl_command_end EXECUTE FUNCTION public.audit()")
		_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{})
		oneLine(t, err)
		require.ErrorContains(t, err, "event trigger")
		require.ErrorContains(t, err, "audit_all")
		require.NotContains(t, err.Error(), "defect of elizago")
		advice := "ALTER FUNCTION public.audit() SET search_path = public"
		require.ErrorContains(t, err, strings.Split(advice, "SET")[0])
		execute(t, db, advice)
		apply(t, db, unit)
		settled(t, db, unit)
	})
	t.Run("that forbids", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		execute(t, db, "CREATE FUNCTION public.forbid() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not on a working day'; END $$",
			`CREATE EVENT TRIGGER "No DDL" ON ddl_command_start EXECUTE FUNCTION public.forbid()`)
		_, err := engine(t, db).Run(t.Context(), unitsOf(unit), migration.Options{})
		oneLine(t, err)
		advice := `ALTER EVENT TRIGGER "No DDL" DISABLE`
		require.ErrorContains(t, err, "run "+advice+" while")
		require.NotContains(t, err.Error(), "search_path = public")
		execute(t, db, advice)
		apply(t, db, unit)
		settled(t, db, unit)
	})
}

// A NOT NULL that is not valid, which PostgreSQL has from 18 on, is refused while a
// row contradicts it, and validated otherwise. Servers before do not know it.
func TestNotNullThatIsNotValid(t *testing.T) {
	t.Parallel()
	db := open(t)
	unit := one(table("t", text("x")))
	apply(t, db, unit)
	execute(t, db, "ALTER TABLE test_p.t ALTER COLUMN x DROP NOT NULL", "INSERT INTO test_p.t (x) VALUES (NULL)")
	_, err := db.ExecContext(t.Context(), "ALTER TABLE test_p.t ADD CONSTRAINT x_not_null NOT NULL x NOT VALID")
	if query[int](t, db, "SELECT current_setting('server_version_num')::int") < 180000 {
		require.ErrorContains(t, err, "syntax error")
		return
	}
	require.NoError(t, err)
	refused(t, db, unitsOf(unit), "1 row")
	execute(t, db, "UPDATE test_p.t SET x = 'a'")
	apply(t, db, unit)
	settled(t, db, unit)
	require.True(t, query[bool](t, db, "SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = 'test_p.t'::regclass"))
}

// A transaction_timeout of the database, which PostgreSQL has from 17 on, does not
// end a migration. Servers before do not know it.
func TestTransactionTimeoutOfTheDatabase(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := openURL(t, url)
	_, err := db.ExecContext(t.Context(), "ALTER DATABASE "+query[string](t, db, "SELECT quote_ident(current_database())")+" SET transaction_timeout = '300ms'")
	if query[int](t, db, "SELECT current_setting('server_version_num')::int") < 170000 {
		require.ErrorContains(t, err, "unrecognized configuration parameter")
		return
	}
	require.NoError(t, err)
	unit := one(table("t", text("x")))
	unit.Schema.Data = []core.DataMigration{{Name: "slow", Run: func(ctx context.Context, tx core.Querier) error {
		_, err := tx.ExecContext(ctx, "SELECT pg_sleep(1)")
		return err
	}}}
	limited := openURL(t, url)
	require.Equal(t, "300ms", query[string](t, limited, "SHOW transaction_timeout"))
	apply(t, limited, unit)
}
