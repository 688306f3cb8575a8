package sql

import (
	"context"
	_ "embed"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
)

// beforeFilters is a database of the version whose embeddings had no columns
// to filter by, as pg_dump wrote it: two agents with three memories each, of
// 384 and of 3072 dimensions, and an agent without any.
//
//go:embed testdata/before_filters.sql
var beforeFilters string

func TestVectorsOfTheVersionBefore(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = conn.PgConn().Exec(t.Context(), beforeFilters).ReadAll()
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))

	plugin := New(Config{URL: url, SecretSalt: saltOfTests})
	opened, err := plugin.Adapter.Open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plugin.Adapter.Close(context.Background())) })
	engine, err := migration.New(migration.Config{DB: opened.Pool(), Logger: zap.NewNop()})
	require.NoError(t, err)
	units := []migration.Unit{{Plugin: plugin.Name, Schema: *plugin.Schema}}
	_, err = engine.Run(t.Context(), units, migration.Options{})
	require.NoError(t, err, "nothing is lost, so nothing has to be allowed")

	var indexed, sketched, all int
	err = opened.Pool().QueryRowContext(t.Context(), `SELECT count(*) FILTER (WHERE indexed),
		count(*) FILTER (WHERE vector_dims(sketch::vector) = vector_dims(COALESCE(dim_384, dim_3072)) / 6), count(*) FROM embeddings`).
		Scan(&indexed, &sketched, &all)
	require.NoError(t, err)
	require.Equal(t, all, indexed, "the index is built over all of them at once")
	require.Equal(t, all, sketched)

	for i, length := range []int{384, 3072} {
		agent, room := core.IDFromText(fmt.Sprint("agent ", i)), core.IDFromText(fmt.Sprint("room ", i))
		for name, search := range map[string]core.MemorySearch{
			"all": {}, "room": {RoomID: room}, "entity": {EntityID: core.IDFromText(fmt.Sprint("entity ", i))},
			"world": {WorldID: core.IDFromText(fmt.Sprint("world ", i))},
		} {
			search.AgentID, search.Type, search.Vector = agent, core.MemoryMessages, unit(length, 1)
			found, err := opened.SearchMemories(t.Context(), search)
			require.NoError(t, err, name)
			require.Len(t, found, 3, name)
			require.Equal(t, "text 1", found[0].Content.Text, name)
		}
		hybrid, err := opened.HybridSearchMemories(t.Context(), core.HybridSearch{
			MemorySearch: core.MemorySearch{AgentID: agent, Type: core.MemoryMessages}, Text: "texts",
		})
		require.NoError(t, err)
		require.Len(t, hybrid, 3)
		another := &core.Memory{Type: "x", AgentID: agent, Embedding: unit(512, 0)}
		require.ErrorIs(t, opened.CreateMemory(t.Context(), another), core.ErrDimension, "the dimension is known")
	}
	free := &core.Memory{Type: "x", AgentID: core.IDFromText("agent 2"), Embedding: unit(512, 0)}
	require.NoError(t, opened.CreateMemory(t.Context(), free))
	require.NotEqual(t, uuid.Nil, free.ID)

	result, err := engine.Run(t.Context(), units, migration.Options{Full: true})
	require.NoError(t, err)
	require.Empty(t, result.Plan.Changes)
}
