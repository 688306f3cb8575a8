package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
)

// filterPlans are the ways to search behind a filter that bare SQL has: all
// rows that pass it, or the index, walked until enough of them pass.
var filterPlans = []struct{ name, where, order, settings string }{
	{"filter_exact", "TRUE", "(e.dim_384 <=> $1) + 0", "SELECT 1"},
	{"filter_iterative", "e.indexed", "e.dim_384 <=> $1", `
		SET hnsw.iterative_scan = strict_order;
		SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off`},
}

// turns are all orders of three ways, so that each comes after each of the
// others as often: what follows finds its rows in the processor's caches, or
// finds these swept by the walk.
var turns = [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

// compareFilter searches the memories of one user, by our adapter and by bare
// statements, in turn for each query.
func (s *store) compareFilter(ctx context.Context, data dataset, numbers map[uuid.UUID]int, got *results) error {
	// The last few as well, which no index has: the bare walk would miss them.
	if _, err := s.Pool().ExecContext(ctx, "UPDATE embeddings SET indexed = true WHERE NOT indexed"); err != nil {
		return err
	}
	type way struct {
		name   string
		search func(query []float32, user uuid.UUID) ([]int, error)
		times  []time.Duration
	}
	ways := []*way{{name: "filter", search: func(query []float32, user uuid.UUID) ([]int, error) {
		hits, err := s.SearchMemories(ctx, core.MemorySearch{
			AgentID: s.agent, Type: core.MemoryMessages, EntityID: user, Vector: query, Limit: 10,
		})
		return numbered(hits, numbers), err
	}}}
	for _, plan := range filterPlans {
		conn, err := s.bare(ctx)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, plan.settings); err != nil {
			return err
		}
		ways = append(ways, &way{name: plan.name, search: func(query []float32, user uuid.UUID) ([]int, error) {
			return s.bareSearch(ctx, conn, plan.where, plan.order, query, user, numbers)
		}})
	}
	for i := -5; i < s.work.Queries; i++ { // five to warm up
		at := max(i, 0)
		for _, turn := range turns[at%len(turns)] {
			w := ways[turn]
			var found []int
			took, err := clock(func() (err error) {
				found, err = w.search(data.Queries[at], s.users[at%len(s.users)])
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			if i >= 0 {
				w.times = append(w.times, took)
				got.Found[w.name] = append(got.Found[w.name], found)
			}
		}
	}
	for _, w := range ways {
		got.Metrics[w.name+"_ms"] = milliseconds(quantile(w.times, 0.5))
		got.Metrics[w.name+"_p95_ms"] = milliseconds(quantile(w.times, 0.95))
	}
	return nil
}

// bareSearch reads what SearchMemories returns, and decodes it like that.
func (s *store) bareSearch(ctx context.Context, conn *pgx.Conn, where, order string, query []float32, user uuid.UUID, numbers map[uuid.UUID]int) ([]int, error) {
	rows, err := conn.Query(ctx, `
		WITH hits AS (
			SELECT e.memory_id, e.dim_384 <=> $1 AS distance
			FROM embeddings e
			WHERE e.agent_id = $2 AND e.type = $3 AND e.entity_id = $4 AND e.dim_384 IS NOT NULL AND `+where+`
			ORDER BY `+order+`
			LIMIT 10
		)
		SELECT m.id, m.type, m.agent_id, m.entity_id, m.room_id, m.world_id, m.created_at, m.content::text, m.metadata::text,
			1 - h.distance
		FROM hits h JOIN memories m ON m.id = h.memory_id
		ORDER BY h.distance`,
		pgvector.NewVector(query), s.agent, core.MemoryMessages, user)
	if err != nil {
		return nil, err
	}
	memories, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*core.Memory, error) {
		m, content, metadata := &core.Memory{}, []byte(nil), []byte(nil)
		err := row.Scan(&m.ID, &m.Type, &m.AgentID, &m.EntityID, &m.RoomID, &m.WorldID, &m.CreatedAt, &content, &metadata, &m.Similarity)
		return m, errors.Join(err, json.Unmarshal(content, &m.Content), json.Unmarshal(metadata, &m.Metadata))
	})
	return numbered(memories, numbers), err
}
