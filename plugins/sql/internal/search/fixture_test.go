package search

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// coreTables is a database with the core tables, which every test copies.
var coreTables = pgtest.NewTemplate(func(ctx context.Context, url string) error {
	pool, err := stdsql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer pool.Close()
	engine, err := migration.New(migration.Config{DB: pool, Logger: zap.NewNop()})
	if err != nil {
		return err
	}
	schema := core.Schema{Namespace: migrate.Namespace, Tables: migrate.Tables, Annotations: migrate.Annotations}
	_, err = engine.Run(ctx, []migration.Unit{{Plugin: "core", Schema: schema}}, migration.Options{})
	return err
})

// fixture is a database with one agent, and a planner that nothing calibrates
// unless the test does.
type fixture struct {
	*pgtx.Driver
	pool        *stdsql.DB
	planner     *Planner
	agent, user uuid.UUID
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return fixtureOn(t, coreTables.Database(t))
}

func fixtureOn(t *testing.T, url string) *fixture {
	t.Helper()
	conn, err := pgpool.Open(t.Context(), pgpool.Config{URL: url, Logger: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	s := &fixture{Driver: pgtx.NewDriver(conn), pool: conn.SQL(), planner: NewPlanner(), agent: core.NewID()}
	s.exec(t, `INSERT INTO agents (id, name) VALUES ($1, 'Ada')`, s.agent)
	s.user = s.addEntity(t)
	return s
}

func (s *fixture) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	_, err := pgtx.Exec(t.Context(), s.Driver, statement, args...)
	require.NoError(t, err)
}

// startCalibration runs the planner's worker for as long as the test.
func (s *fixture) startCalibration(t *testing.T) {
	worker := background.Start(func(ctx context.Context) { Calibrate(ctx, s.Driver, s.planner, IDs, zap.NewNop()) })
	t.Cleanup(func() { require.NoError(t, worker.Stop(context.Background())) })
}

func (s *fixture) addEntity(t *testing.T) uuid.UUID {
	t.Helper()
	id := core.NewID()
	s.exec(t, `INSERT INTO entities (id, agent_id) VALUES ($1, $2)`, id, s.agent)
	return id
}

func (s *fixture) memory() *core.Memory {
	return &core.Memory{ID: core.NewID(), Type: core.MemoryMessages, AgentID: s.agent, EntityID: s.user}
}

// create inserts memories with vectors of one length.
func (s *fixture) create(t *testing.T, list ...*core.Memory) {
	t.Helper()
	type row struct {
		ID       uuid.UUID           `json:"id"`
		EntityID uuid.UUID           `json:"entity_id"`
		Type     string              `json:"type"`
		Metadata core.MemoryMetadata `json:"metadata"`
		Position int                 `json:"position"`
	}
	length := len(list[0].Embedding)
	rows, vectors := make([]row, len(list)), []float32{}
	for i, m := range list {
		rows[i] = row{m.ID, m.EntityID, m.Type, m.Metadata, i}
		vectors = append(vectors, m.Embedding...)
	}
	text, err := json.Marshal(rows)
	require.NoError(t, err)
	s.exec(t, `UPDATE agents SET embedding_dimension = $2 WHERE id = $1`, s.agent, length)
	s.exec(t, `
		WITH input AS (
			SELECT * FROM jsonb_to_recordset($1::jsonb) AS i(id uuid, entity_id uuid, type text, metadata jsonb, position int)
		), memory AS (
			INSERT INTO memories (id, agent_id, entity_id, type, content, metadata)
			SELECT id, $2, entity_id, type, '{}', metadata FROM input
		)
		INSERT INTO embeddings (memory_id, agent_id, entity_id, type, `+Column(length)+`)
		SELECT id, $2, entity_id, type, (($3::float4[])[position * $4 + 1 : (position + 1) * $4])::vector FROM input`,
		json.RawMessage(text), s.agent, vectors, length)
}

// indexed adds all vectors to the HNSW index.
func (s *fixture) indexed(t *testing.T) {
	t.Helper()
	s.exec(t, `UPDATE embeddings SET indexed = true`)
}

// manyMemories are n with random vectors.
func (s *fixture) manyMemories(t *testing.T, n, length int) []*core.Memory {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(length)))
	list := make([]*core.Memory, n)
	for i := range list {
		list[i] = s.memory()
		list[i].Embedding = make([]float32, length)
		for j := range list[i].Embedding {
			list[i].Embedding[j] = float32(random.NormFloat64())
		}
	}
	s.create(t, list...)
	return list
}

// axis is a vector with one component.
func axis(length, at int) []float32 {
	v := make([]float32, length)
	v[at] = 1
	return v
}

// bouncerTo is the connection string for a database behind a PgBouncer, which
// leads to all databases of its server.
func bouncerTo(t *testing.T, bouncer, database string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	require.NoError(t, err)
	u, err := url.Parse(bouncer)
	require.NoError(t, err)
	return u.Scheme + ":///" + config.Database + "?" + u.RawQuery
}
