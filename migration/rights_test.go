package migration_test

import (
	"database/sql"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// role makes a role without rights and opens the database as it.
func role(t *testing.T) (admin, limited *sql.DB, name string) {
	t.Helper()
	dsn := pgtest.Database(t)
	admin = openURL(t, dsn)
	name = strings.ReplaceAll(query[string](t, admin, "SELECT 'r_' || gen_random_uuid()"), "-", "")
	execute(t, admin, "CREATE ROLE "+name+" LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	// Cleanups run in reverse: the role goes when its rights have gone with it.
	t.Cleanup(func() {
		_, err := admin.Exec("DROP OWNED BY " + name + " CASCADE")
		require.NoError(t, err)
		_, err = admin.Exec("DROP ROLE " + name)
		require.NoError(t, err)
	})
	// The session starts as the administrator and becomes the role, so that no
	// password or pg_hba line is needed.
	sep := "?"
	if strings.Contains(dsn, "?") {
		sep = "&"
	}
	return admin, openURL(t, dsn+sep+"role="+name), name
}

// A role without a right is told the command that gives it; with all of these
// commands run, the migration goes through.
func TestMissingRights(t *testing.T) {
	t.Parallel()
	admin, limited, name := role(t)
	run := func() error {
		_, err := engine(t, limited).Run(t.Context(), []migration.Unit{coreUnit()}, migration.Options{})
		return err
	}
	grant := func(err error) string {
		require.Error(t, err)
		require.True(t, strings.HasPrefix(err.Error(), "migration: "), err)
		require.Contains(t, err.Error(), name)
		_, command, ok := strings.Cut(err.Error(), "as an administrator run ")
		require.True(t, ok, err)
		command, _, _ = strings.Cut(command, " in that database")
		return command
	}
	var commands []string
	for range 5 {
		err := run()
		if err == nil {
			break
		}
		command := grant(err)
		require.NotContains(t, commands, command, "the command did not help")
		require.NotContains(t, err.Error(), "owner of the tables", "there are none")
		require.Nil(t, query[*string](t, admin, "SELECT to_regnamespace('migrations')::text"), "a run that lacks a right has written")
		commands = append(commands, command)
		execute(t, admin, command)
	}
	require.Len(t, commands, 3)
	require.Contains(t, commands[0], "GRANT CREATE ON DATABASE")
	require.Contains(t, commands[1], `GRANT CREATE, USAGE ON SCHEMA "public"`)
	require.Contains(t, commands[2], "CREATE EXTENSION IF NOT EXISTS vector")
	settled(t, limited, coreUnit())
}

// Tables of another role's can be read, compared and found equal, but not
// altered.
func TestTablesOfAnotherRole(t *testing.T) {
	t.Parallel()
	admin, limited, name := role(t)
	apply(t, admin, plugin("p", []*schema.Table{table("t")}))
	execute(t, admin, "GRANT CREATE ON DATABASE "+query[string](t, admin, "SELECT current_database()")+" TO "+name,
		"GRANT USAGE, CREATE ON SCHEMA test_p, migrations TO "+name, "GRANT ALL ON ALL TABLES IN SCHEMA migrations TO "+name)
	_, err := engine(t, limited).Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t", nullable(text("x")))})}, migration.Options{})
	require.ErrorContains(t, err, "run the migration as the owner of the tables")
	require.ErrorContains(t, err, name)
}

// A database that another role has migrated.
func TestHistoryOfAnotherRole(t *testing.T) {
	t.Parallel()
	admin, limited, name := role(t)
	apply(t, admin, plugin("p", []*schema.Table{table("t")}))
	execute(t, admin, "REVOKE ALL ON SCHEMA migrations FROM PUBLIC, "+name)
	_, err := engine(t, limited).Run(t.Context(), []migration.Unit{plugin("p", []*schema.Table{table("t")})}, migration.Options{})
	require.ErrorContains(t, err, "connect as the role that migrated this database, or name another database in POSTGRES_URL")
}

// A server that takes no writes is no obstacle while there is nothing to do,
// and named for what it is when there is.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	apply(t, openURL(t, dsn), coreUnit())
	sep := "?"
	if strings.Contains(dsn, "?") {
		sep = "&"
	}
	db := openURL(t, dsn+sep+"default_transaction_read_only=on")
	require.True(t, apply(t, db, coreUnit()).UpToDate)
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{coreUnit(), plugin("p", []*schema.Table{table("t")})}, migration.Options{})
	require.ErrorContains(t, err, "default_transaction_read_only is on")
}

// No listener.
func TestUnreachableServer(t *testing.T) {
	t.Parallel()
	db := openURL(t, "postgresql://someone:secret@127.0.0.1:1/none")
	_, err := engine(t, db).Run(t.Context(), []migration.Unit{coreUnit()}, migration.Options{})
	require.ErrorContains(t, err, "migration: connect to the database")
	require.NotContains(t, err.Error(), "secret")
}
