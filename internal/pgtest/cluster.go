package pgtest

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/elizago/elizago/internal/pgcluster"
)

// Dir returns a new folder for a test's cluster. After the test its server is
// stopped, even if it is still in use, and the folder is removed. Unlike that
// of testing.T.TempDir, its path is short.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "eliza")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := pgcluster.Stop(ctx, pgcluster.Config{Dir: dir}, true); err != nil {
			t.Log(err) // a test may have left anything there
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Cluster starts a cluster for one test, for tests that need more than a
// database: other server settings, a restart, a crash. It costs an initdb,
// about one second. The cluster is closed after the test.
func Cluster(t testing.TB) *pgcluster.Cluster {
	t.Helper()
	c, err := pgcluster.Start(t.Context(), pgcluster.Config{Dir: Dir(t), BinDir: os.Getenv("ELIZA_PG_BIN"), Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := c.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return c
}
