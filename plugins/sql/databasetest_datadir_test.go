package sql

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/core/databasetest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// The suite runs a third time on the cluster that Config.DataDir names, as a
// program without POSTGRES_URL does. Such a cluster has one database, which the
// tests get one after the other, emptied.
func TestConformanceOnADataDir(t *testing.T) {
	t.Parallel()
	config := Config{DataDir: pgtest.Dir(t), BinDir: os.Getenv("ELIZA_PG_BIN"), SecretSalt: saltOfTests}
	db := openWith(t, config)
	for _, statement := range []string{"ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"} {
		_, err := db.Pool().ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	first := tablesOf(t, db)
	turn := make(chan struct{}, 1)
	databasetest.Run(t, func(t *testing.T) core.Database {
		turn <- struct{}{}
		t.Cleanup(func() { <-turn })
		db := connect(t, config)
		statement := "TRUNCATE public." + strings.Join(first, ", public.")
		for _, table := range tablesOf(t, db) {
			if !strings.Contains(statement+",", "public."+table+",") {
				statement += "; DROP TABLE public." + table + " CASCADE"
			}
		}
		_, err := db.Pool().ExecContext(t.Context(), statement)
		require.NoError(t, err)
		return db
	})
}

func tablesOf(t *testing.T, db *Database) []string {
	t.Helper()
	names, err := pgtx.Query(t.Context(), db.driver, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", nil, pgtx.ScanOne[string])
	require.NoError(t, err)
	return names
}
