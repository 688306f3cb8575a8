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

// filter selects a part of the memories. Its metrics have its name, without
// underscore, as a prefix.
type filter struct {
	name string
	// narrow sets the filter of our adapter for the i-th query.
	narrow func(s *store, i int, to *core.MemorySearch)
	// where is the condition in SQL, with the value $4.
	where string
	value func(s *store, i int) any
	// passes reports whether the memory with this number passes.
	passes func(w work, data dataset, i, number int) bool
}

var filters = []filter{
	{
		name:   "filter", // one of the users; they wrote in turn
		narrow: func(s *store, i int, to *core.MemorySearch) { to.EntityID = s.users[i%len(s.users)] },
		where:  "e.entity_id = $4",
		value:  func(s *store, i int) any { return s.users[i%len(s.users)] },
		passes: func(w work, _ dataset, i, number int) bool {
			users := max(w.Entities, 1)
			return number%users == i%users
		},
	},
	{
		name:   "recent", // the newest fifth
		narrow: func(s *store, _ int, to *core.MemorySearch) { to.Since = s.at(s.work.newestFifth()) },
		where:  "e.created_at >= $4",
		value:  func(s *store, _ int) any { return s.at(s.work.newestFifth()) },
		passes: func(w work, _ dataset, _, number int) bool { return number >= w.newestFifth() },
	},
	{
		name:   "clusters", // a fifth of the centres; mostly not the query's
		narrow: func(s *store, i int, to *core.MemorySearch) { to.WorldID = s.worlds[i%groups] },
		where:  "e.world_id = $4",
		value:  func(s *store, i int) any { return s.worlds[i%groups] },
		passes: func(_ work, data dataset, i, number int) bool { return data.group(number) == i%groups },
	},
}

// newestFifth returns the number of the first memory of the newest fifth.
func (w work) newestFifth() int { return w.Rows - w.Rows/5 }

// filterPlans are the plans of bare SQL for a filtered search: compare all rows
// that pass by their half vectors, or scan the HNSW index until enough rows
// pass. Either way the ten results are compared by their full vectors for the
// similarity.
var filterPlans = []struct{ name, where, order, settings string }{
	{"exact", "TRUE", "e.half <=> (SELECT l2_normalize($1::vector)::halfvec)", "SELECT 1"},
	{"iterative", "e.indexed", "l2_normalize(e.dim_384)::halfvec(384) <=> (SELECT l2_normalize($1::vector)::halfvec(384))", `
		SET hnsw.iterative_scan = relaxed_order;
		SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off`},
}

// turns are all orders of three plans, so that each follows each other equally
// often: a plan may find its rows in the processor's caches, or the caches
// evicted by an index scan.
var turns = [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

// compareFilters runs filtered searches by our adapter and by bare statements.
func (s *store) compareFilters(ctx context.Context, data dataset, numbers map[uuid.UUID]int, got *results) error {
	// The last few as well, which are not yet indexed: the bare index scan
	// would miss them.
	if _, err := s.Pool().ExecContext(ctx, "UPDATE embeddings SET indexed = true WHERE NOT indexed"); err != nil {
		return err
	}
	for _, f := range filters {
		if err := s.compareFilter(ctx, f, data, numbers, got); err != nil {
			return err
		}
	}
	return nil
}

// filterWay is one plan of a filtered search, and its times.
type filterWay struct {
	name   string
	search func(i int) ([]int, error)
	times  []time.Duration
}

// compareFilter runs all plans in turn for each query.
func (s *store) compareFilter(ctx context.Context, f filter, data dataset, numbers map[uuid.UUID]int, got *results) error {
	ways := []*filterWay{{name: f.name, search: func(i int) ([]int, error) {
		asked := core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: data.Queries[i], Limit: 10}
		f.narrow(s, i, &asked)
		hits, err := s.SearchMemories(ctx, asked)
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
		ways = append(ways, &filterWay{name: f.name + "_" + plan.name, search: func(i int) ([]int, error) {
			return s.bareSearch(ctx, conn, f.where+" AND "+plan.where, plan.order, data.Queries[i], f.value(s, i), numbers)
		}})
	}
	for i := -warmUp; i < s.work.Queries; i++ {
		at := i
		if i < 0 {
			at = s.work.Queries + i + warmUp
		}
		for _, turn := range turns[at%len(turns)] {
			w := ways[turn]
			var found []int
			took, err := clock(func() (err error) {
				found, err = w.search(at)
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

// warmUp is the number of searches of each plan before the measurement, with
// separate queries, so that statements are prepared and our adapter's
// calibration has begun.
const warmUp = 40

// bareSearch reads and decodes what SearchMemories returns.
func (s *store) bareSearch(ctx context.Context, conn *pgx.Conn, where, order string, query []float32, value any, numbers map[uuid.UUID]int) ([]int, error) {
	rows, err := conn.Query(ctx, `
		WITH hits AS (
			SELECT e.memory_id, e.dim_384
			FROM embeddings e
			WHERE e.agent_id = $2 AND e.type = $3 AND e.dim_384 IS NOT NULL AND `+where+`
			ORDER BY `+order+`
			LIMIT 10
		)
		SELECT m.id, m.type, m.agent_id, m.entity_id, m.room_id, m.world_id, m.created_at, m.content::text, m.metadata::text,
			1 - (h.dim_384 <=> $1) AS similarity
		FROM hits h JOIN memories m ON m.id = h.memory_id
		ORDER BY similarity DESC`,
		pgvector.NewVector(query), s.agent, core.MemoryMessages, value)
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
