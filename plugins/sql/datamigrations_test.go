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
	"go.uber.org/zap/zaptest/observer"

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

	var indexed, prefixed, all int
	err = opened.Pool().QueryRowContext(t.Context(), `SELECT count(*) FILTER (WHERE indexed),
		count(*) FILTER (WHERE vector_dims(sketch::vector) = vector_dims(COALESCE(dim_384, dim_3072)) / 6), count(*) FROM embeddings`).
		Scan(&indexed, &prefixed, &all)
	require.NoError(t, err)
	require.Equal(t, all, indexed, "the index is built over all of them at once")
	require.Equal(t, all, prefixed)
	require.Equal(t, all, outOfRows(t, opened.(*Database)), "the half vectors stay in the rows that are rewritten for them")

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

// elizaOS lets an agent have vectors of several lengths, and any of them could
// become its dimension.
func TestMostVectorsDecideOnTheDimension(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for i := range 7 {
		s.keep(t, fmt.Sprint(i), func(m *core.Memory) { m.Embedding = unit(384, i) })
	}
	even := s.addAgent(t, "Even")
	for i := range 2 {
		require.NoError(t, s.CreateMemory(t.Context(), &core.Memory{Type: "x", AgentID: even, Embedding: unit(384, i), Content: core.Content{Text: "9"}}))
	}
	_, err := s.pool.ExecContext(t.Context(), `
		WITH other AS (
			(SELECT id FROM embeddings WHERE agent_id = $1::uuid ORDER BY created_at DESC LIMIT 5)
			UNION ALL (SELECT id FROM embeddings WHERE agent_id = $2::uuid ORDER BY created_at DESC LIMIT 1)
		), changed AS (
			UPDATE embeddings e SET dim_384 = NULL, dim_512 = array_fill(1, ARRAY[512])::vector FROM other WHERE e.id = other.id
		)
		UPDATE agents SET embedding_dimension = NULL`, s.agent, even)
	require.NoError(t, err)
	seen, logs := observer.New(zap.WarnLevel)
	require.NoError(t, fillDimensions(t.Context(), s.pool, "bot", zap.New(seen)))
	for id, others := range map[uuid.UUID]int{s.agent: 2, even: 1} {
		state, err := s.EmbeddingState(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, 512, state.Dimension, "that of most, or the newest")
		warned := logs.FilterField(zap.String("agent_id", id.String())).All()
		require.Len(t, warned, 1)
		require.EqualValues(t, others, warned[0].ContextMap()["vectors_of_other_lengths"])
		require.Contains(t, warned[0].Message, "`bot embeddings rebuild --dimensions N`")
	}

	// What the warning says helps.
	made := 0
	require.NoError(t, s.RebuildEmbeddings(t.Context(), core.EmbeddingRebuild{AgentID: s.agent, Dimension: 512, Embed: units(512, &made)}))
	require.Equal(t, 2, made)
	found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: unit(512, 0)})
	require.NoError(t, err)
	require.Len(t, found, 7)
}
