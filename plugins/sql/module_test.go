package sql

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgpool"
)

// Each setting of the environment arrives at the pool.
func TestSettingsArriveAtThePool(t *testing.T) {
	t.Parallel()
	log := zap.NewNop()
	plugin, err := fromEnvironment(params{Logger: log, Settings: &config.Config{
		PostgresURL: "postgres://host/db", DataDir: "data", PostgresBin: "bin",
		PoolMax: 3, PoolIdleTimeout: time.Second, ConnectTimeout: 2 * time.Second, AllowDestructiveMigrations: true,
	}})
	require.NoError(t, err)
	require.True(t, plugin.AllowDestructiveMigrations)
	require.Equal(t, pgpool.Config{
		URL: "postgres://host/db", Cluster: pgcluster.Config{Dir: "data", BinDir: "bin", Program: "elizago", Logger: log},
		MaxConns: 3, IdleTimeout: time.Second, ConnectTimeout: 2 * time.Second, Logger: log,
	}, plugin.Adapter.(*Adapter).config.connection())
	plugin, err = fromEnvironment(params{Logger: log, Settings: &config.Config{}})
	require.NoError(t, err)
	require.False(t, plugin.AllowDestructiveMigrations)
	require.Equal(t, pgpool.Config{
		Cluster: pgcluster.Config{Dir: "./.eliza/.elizadb", Program: "elizago", Logger: log}, Logger: log,
	}, plugin.Adapter.(*Adapter).config.connection())
}
