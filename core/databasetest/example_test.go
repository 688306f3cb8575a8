package databasetest_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/core/databasetest"
	"github.com/elizago/elizago/plugins/sql"
)

// counting wraps an adapter and counts searches.
type counting struct {
	core.Database
	searches *atomic.Int64
}

// SearchMemories implements core.SearchStore.
func (c counting) SearchMemories(ctx context.Context, search core.MemorySearch) ([]*core.Memory, error) {
	c.searches.Add(1)
	return c.Database.SearchMemories(ctx, search)
}

// InTx implements core.Database. Searches inside it count, too.
func (c counting) InTx(ctx context.Context, do func(tx core.Database) error) error {
	return c.Database.InTx(ctx, func(tx core.Database) error { return do(counting{tx, c.searches}) })
}

// open opens the adapter for one test, on its own empty database.
func open(t testing.TB) core.Database {
	t.Helper()
	plugin := sql.New(sql.Config{URL: tables.Database(t), SecretSalt: "salt of the tests"})
	db, err := plugin.Adapter.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plugin.Adapter.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := plugin.Adapter.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return counting{db, new(atomic.Int64)}
}

// An adapter runs the whole suite in one test of its package.
func ExampleRun() {
	var t *testing.T // of func TestConformance(t *testing.T)
	databasetest.Run(t, func(t *testing.T) core.Database { return open(t) })
}
