package sql

import (
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core/databasetest"
	"github.com/elizago/elizago/internal/pgtest"
)

const saltOfTests = "salt of the tests"

// The suite runs on the private cluster, or on the server that
// ELIZA_TEST_POSTGRES_URL names, and there again through a PgBouncer in
// transaction mode.
func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("directly", func(t *testing.T) {
		t.Parallel()
		databases := &lender{open: func() *Database { return open(t) }}
		databasetest.Run(t, databases.lend)
	})
	t.Run("through PgBouncer", func(t *testing.T) {
		t.Parallel()
		bouncer := pgtest.Bouncer(t, pgtest.Database(t), 5)
		databases := &lender{open: func() *Database {
			return connect(t, Config{URL: through(t, bouncer, tables.Database(t)), SecretSalt: saltOfTests})
		}}
		databasetest.Run(t, databases.lend)
	})
}

// through is the connection string for a database behind a PgBouncer, which
// leads to all databases of its server.
func through(t testing.TB, bouncer, database string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	require.NoError(t, err)
	u, err := url.Parse(bouncer)
	require.NoError(t, err)
	return u.Scheme + ":///" + config.Database + "?" + u.RawQuery
}
