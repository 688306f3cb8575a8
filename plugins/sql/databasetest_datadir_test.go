package sql

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core/databasetest"
	"github.com/elizago/elizago/internal/pgtest"
)

// The suite runs a third time on the cluster that Config.DataDir names, as a
// program without POSTGRES_URL does. Such a cluster has one database, which the
// tests get one after the other, emptied.
func TestConformanceOnADataDir(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{DataDir: pgtest.Dir(t), BinDir: os.Getenv("ELIZA_PG_BIN"), SecretSalt: saltOfTests})
	for _, statement := range []string{"ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"} {
		_, err := db.Pool().ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	databases := &lender{open: func() *Database { return db }, turns: make(chan struct{}, 1)}
	databasetest.Run(t, databases.lend)
}
