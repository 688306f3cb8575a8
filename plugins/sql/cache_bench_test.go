package sql

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgtest"
)

// BenchmarkCache compares the cache with the same statements through a bare
// pgx pool, on a server with durable settings:
//
//	go test -run '^$' -bench Cache ./plugins/sql
func BenchmarkCache(b *testing.B) {
	cluster, err := pgcluster.Start(b.Context(), pgcluster.Config{Dir: pgtest.Dir(b)})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, cluster.Close(context.Background())) })
	db := openWith(b, Config{URL: cluster.URL()})
	agent := &core.Agent{Character: core.Character{ID: core.NewID(), Name: "Ada"}}
	require.NoError(b, db.SaveAgent(b.Context(), agent))
	bare, err := pgxpool.New(b.Context(), cluster.URL())
	require.NoError(b, err)
	b.Cleanup(bare.Close)
	value := json.RawMessage(`{"n": 1, "text": "some value of a usual length", "list": [1, 2, 3]}`)
	for name, one := range map[string]func(key string) error{
		"set/ours": func(key string) error {
			return db.SaveCache(b.Context(), core.CacheEntry{AgentID: agent.ID, Key: key, Value: value})
		},
		"set/pgx": func(key string) error {
			_, err := bare.Exec(b.Context(), saveCacheSQL, key, agent.ID, []byte(value), nil)
			return err
		},
		"get/ours": func(key string) error {
			_, err := db.Cache(b.Context(), agent.ID, key)
			return err
		},
		"get/pgx": func(key string) error {
			var got []byte
			return bare.QueryRow(b.Context(), cacheSQL, key, agent.ID).Scan(&got)
		},
	} {
		fill(b, db, agent.ID, value)
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				require.NoError(b, one(fmt.Sprint("key", i%1000)))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}

func fill(b *testing.B, db *Database, agent uuid.UUID, value json.RawMessage) {
	for i := range 1000 {
		entry := core.CacheEntry{AgentID: agent, Key: fmt.Sprint("key", i), Value: value}
		require.NoError(b, db.SaveCache(b.Context(), entry))
	}
}
