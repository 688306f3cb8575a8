package sql

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// tables has the core tables, and every test a copy of it.
var tables = pgtest.NewTemplate(func(ctx context.Context, url string) error {
	plugin := New(Config{URL: url})
	db, err := plugin.Adapter.Open(ctx)
	if err != nil {
		return err
	}
	engine, err := migration.New(migration.Config{DB: db.Pool(), Logger: zap.NewNop()})
	if err == nil {
		_, err = engine.Run(ctx, []migration.Unit{{Plugin: plugin.Name, Schema: *plugin.Schema}}, migration.Options{})
	}
	return errors.Join(err, plugin.Adapter.Close(ctx))
})

// connect returns the store of an adapter that is started, on a database that has
// the core tables.
func connect(t testing.TB, config Config) *Database {
	t.Helper()
	adapter, db := openOnly(t, config)
	require.NoError(t, adapter.Start(t.Context()))
	return db
}

// openOnly is connect without Start: nothing works in the background.
func openOnly(t testing.TB, config Config) (core.Adapter, *Database) {
	t.Helper()
	adapter := New(config).Adapter
	db, err := adapter.Open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, adapter.Close(context.Background())) })
	return adapter, db.(*Database)
}
