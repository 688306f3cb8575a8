package sql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// Each benchmark has the bare work through pgx beside it, into the same tables
// of the same database, in turn, and reports how many times as long ours takes.

// benchScene is a database with an agent in a room.
func benchScene(b *testing.B) (*Database, *core.Memory) {
	b.Helper()
	d := connect(b, Config{URL: tables.Database(b), SecretSalt: saltOfTests})
	agent := &core.Agent{Character: core.Character{Name: "Ada"}, Enabled: true}
	require.NoError(b, d.SaveAgent(b.Context(), agent))
	world, room, user := core.NewID(), core.NewID(), core.NewID()
	require.NoError(b, d.SaveWorld(b.Context(), &core.World{ID: world, AgentID: agent.ID, Name: "w"}))
	require.NoError(b, d.SaveRoom(b.Context(), &core.Room{ID: room, AgentID: agent.ID, WorldID: world, Name: "r", Source: "bench", Type: core.ChannelGroup}))
	require.NoError(b, d.SaveEntity(b.Context(), &core.Entity{ID: user, AgentID: agent.ID, Names: []string{"grace"}}))
	return d, &core.Memory{
		Type: core.MemoryMessages, AgentID: agent.ID, WorldID: world, RoomID: room, EntityID: user,
		Metadata: core.MemoryMetadata{Type: core.MetadataMessage, Source: "bench"},
	}
}

// some makes n memories like one, with vectors of a length, uniform or in clusters
// around 200 centres.
func some(like *core.Memory, n, length int, clustered bool) []*core.Memory {
	random := rand.New(rand.NewPCG(3, 4))
	vector := func() []float32 {
		v := make([]float32, length)
		for i := range v {
			v[i] = float32(random.NormFloat64())
		}
		return v
	}
	centres := make([][]float32, 200)
	for i := range centres {
		centres[i] = vector()
	}
	list := make([]*core.Memory, n)
	for i := range list {
		m := *like
		m.Content = core.Content{Text: fmt.Sprintf("message number %d about topic %d", i, i%97), Source: "bench"}
		m.Embedding = vector()
		if clustered {
			for j, value := range centres[i%len(centres)] {
				m.Embedding[j] = value + 0.3*m.Embedding[j]
			}
		}
		list[i] = &m
	}
	return list
}

// inTurn runs both ways for every iteration and reports their ratio.
func inTurn(b *testing.B, bare, ours func(i int) error) {
	b.Helper()
	var spent [2]time.Duration
	i := 0
	for b.Loop() {
		for way, do := range []func(int) error{bare, ours} {
			began := time.Now()
			require.NoError(b, do(i))
			spent[way] += time.Since(began)
		}
		i++
	}
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "ours/bare")
	b.ReportMetric(float64(spent[0].Microseconds())/float64(i), "bare-µs")
	b.ReportMetric(float64(spent[1].Microseconds())/float64(i), "ours-µs")
}

func BenchmarkCreateMemory(b *testing.B) {
	d, like := benchScene(b)
	list := some(like, 3000, 384, false)
	require.NoError(b, d.CreateMemories(b.Context(), some(like, 1000, 384, false)))
	conn, err := pgx.Connect(b.Context(), connString(b, d))
	require.NoError(b, err)
	defer conn.Close(context.Background())
	bare := func(i int) error {
		m := list[2*i%len(list)]
		tx, err := conn.Begin(b.Context())
		if err != nil {
			return err
		}
		id := uuid.New()
		if _, err := tx.Exec(b.Context(), `INSERT INTO public.memories (id, type, agent_id, entity_id, room_id, world_id, content, metadata)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id, m.Type, m.AgentID, m.EntityID, m.RoomID, m.WorldID, m.Content, m.Metadata); err != nil {
			return err
		}
		if _, err := tx.Exec(b.Context(), `INSERT INTO public.embeddings (memory_id, type, agent_id, entity_id, room_id, world_id, dim_384)
			VALUES ($1, $2, $3, $4, $5, $6, $7::float4[]::public.vector)`, id, m.Type, m.AgentID, m.EntityID, m.RoomID, m.WorldID, m.Embedding); err != nil {
			return err
		}
		return tx.Commit(b.Context())
	}
	inTurn(b, bare, func(i int) error {
		m := *list[(2*i+1)%len(list)]
		return d.CreateMemory(b.Context(), &m)
	})
}

func connString(b *testing.B, d *Database) string {
	b.Helper()
	var url string
	require.NoError(b, d.driver.WithConn(b.Context(), func(conn *pgx.Conn) error { url = conn.Config().ConnString(); return nil }))
	return url
}

func BenchmarkCreateMemories(b *testing.B) {
	d, like := benchScene(b)
	const n = 2000
	list := some(like, n, 384, false)
	require.NoError(b, d.CreateMemories(b.Context(), list))
	for _, statement := range []string{
		`CREATE TABLE public.spare_memories AS SELECT * FROM public.memories`,
		`CREATE TABLE public.spare_embeddings AS SELECT * FROM public.embeddings`,
	} {
		_, err := d.pool.ExecContext(b.Context(), statement)
		require.NoError(b, err)
	}
	_, err := d.pool.ExecContext(b.Context(), `DELETE FROM public.memories`)
	require.NoError(b, err)
	columns := func(table string) (names string) { // but for those that PostgreSQL computes
		require.NoError(b, d.pool.QueryRowContext(b.Context(), `SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
			WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table).Scan(&names))
		return names
	}
	memories, embeddings := columns("memories"), columns("embeddings")
	// Both are rolled back, so that the tables stay as full as they were.
	undone := errors.New("undone")
	within := func(do func(t *Database) error) error {
		err := d.InTx(b.Context(), func(tx core.Database) error { return cmp.Or(do(tx.(*Database)), undone) })
		if errors.Is(err, undone) {
			return nil
		}
		return err
	}
	inTurn(b, func(int) error {
		return within(func(t *Database) error {
			if _, err := pgtx.Exec(b.Context(), t.driver, `INSERT INTO public.memories (`+memories+`) SELECT `+memories+` FROM public.spare_memories`); err != nil {
				return err
			}
			_, err := pgtx.Exec(b.Context(), t.driver, `INSERT INTO public.embeddings (`+embeddings+`) SELECT `+embeddings+` FROM public.spare_embeddings`)
			return err
		})
	}, func(int) error {
		return within(func(t *Database) error { return t.CreateMemories(b.Context(), list) })
	})
}

func BenchmarkList50(b *testing.B) {
	d, like := benchScene(b)
	require.NoError(b, d.CreateMemories(b.Context(), some(like, 10_000, 384, true)))
	for b.Loop() {
		list, err := d.Memories(b.Context(), core.MemoryQuery{AgentID: like.AgentID, Type: like.Type, RoomID: like.RoomID})
		require.NoError(b, err)
		require.Len(b, list, 50)
	}
}

func BenchmarkSearch10(b *testing.B) {
	for name, clustered := range map[string]bool{"uniform": false, "clustered": true} {
		b.Run(name, func(b *testing.B) {
			d, like := benchScene(b)
			list := some(like, 10_000, 384, clustered)
			require.NoError(b, d.CreateMemories(b.Context(), list))
			_, err := d.pool.ExecContext(b.Context(), `VACUUM ANALYZE`)
			require.NoError(b, err)
			query := func(i int) search.Query {
				v := append([]float32(nil), list[i*37%len(list)].Embedding...)
				for j := range v {
					v[j] += float32((i+j)%5-2) / 10
				}
				return search.Query{Filter: search.Filter{Agent: like.AgentID, Type: like.Type}, Vector: v, Limit: 10}
			}
			good, total := 0.0, 0
			for i := range 30 {
				truth, err := search.Exact(b.Context(), d.driver, d.planner, query(i), search.IDs, search.Selectivity{Passing: search.CountLimit})
				require.NoError(b, err)
				found, err := search.Nearest(b.Context(), d.driver, d.planner, query(i), search.IDs)
				require.NoError(b, err)
				good += recall(truth, found)
				total++
			}
			inTurn(b, func(i int) error {
				_, err := search.Exact(b.Context(), d.driver, d.planner, query(i), search.IDs, search.Selectivity{Passing: search.CountLimit})
				return err
			}, func(i int) error {
				_, err := d.SearchMemories(b.Context(), core.MemorySearch{AgentID: like.AgentID, Type: like.Type, Vector: query(i).Vector})
				return err
			})
			b.ReportMetric(good/float64(total), "recall")
			_, ef := d.planner.Plan(query(0))
			b.ReportMetric(float64(ef), "ef")
		})
	}
}

// BenchmarkExactSearch compares with all of 10,000 vectors; the bare way compares
// whole ones.
func BenchmarkExactSearch(b *testing.B) {
	for _, length := range []int{384, 1536, 3072} {
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			d, like := benchScene(b)
			list := some(like, 10_000, length, false)
			require.NoError(b, d.CreateMemories(b.Context(), list))
			_, err := d.pool.ExecContext(b.Context(), `VACUUM ANALYZE`)
			require.NoError(b, err)
			query := func(i int) search.Query {
				return search.Query{Filter: search.Filter{Agent: like.AgentID, Type: like.Type}, Vector: list[i*37%len(list)].Embedding, Limit: 10}
			}
			inTurn(b, func(i int) error {
				n := query(i)
				var c search.Conditions
				from, where, err := n.From(&c)
				require.NoError(b, err)
				statement := fmt.Sprintf("SELECT e.memory_id, %s AS distance FROM %s WHERE %s ORDER BY distance LIMIT 10", n.Target(&c).Distance(), from, where)
				_, err = pgtx.Query(b.Context(), d.driver, statement, c.Args, search.IDs.Scan)
				return err
			}, func(i int) error {
				_, err := search.Exact(b.Context(), d.driver, d.planner, query(i), search.IDs, search.Selectivity{})
				return err
			})
		})
	}
}
