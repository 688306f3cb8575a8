package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// searchWork searches and lists memories that it makes first, as
// peer/search.mjs does. Where users share the memories, it compares a search of
// one user's with bare statements as well.
func searchWork(ctx context.Context, s *store) (*results, error) {
	data := newDataset(s.Data, s.Rows, s.Queries)
	ids, seeded, err := s.seed(ctx, data.Stored)
	if err != nil {
		return nil, err
	}
	numbers := make(map[uuid.UUID]int, len(ids))
	for i, id := range ids {
		numbers[id] = i
	}
	if _, err := s.Pool().ExecContext(ctx, "ANALYZE"); err != nil {
		return nil, err
	}
	got := &results{Metrics: map[string]float64{"seed_per_s": seeded}, Found: map[string][][]int{}}

	measure := func(name string, call func(i int) error) {
		if err != nil {
			return
		}
		if _, err = timed(5, func(int) error { return call(0) }); err == nil { // not counted
			err = got.time(name, s.Queries, call)
		}
	}
	search := func(keep string, narrow func(i int, to *core.MemorySearch)) func(i int) error {
		found := make([][]int, s.Queries)
		if keep != "" {
			got.Found[keep] = found
		}
		return func(i int) error {
			asked := core.MemorySearch{AgentID: s.agent, Type: core.MemoryMessages, Vector: data.Queries[i], Limit: 10}
			narrow(i, &asked)
			hits, err := s.SearchMemories(ctx, asked)
			found[i] = numbered(hits, numbers)
			return err
		}
	}
	measure("search", search("search", func(int, *core.MemorySearch) {}))
	measure("search_room", search("", func(_ int, to *core.MemorySearch) { to.RoomID = s.room }))
	measure("search_threshold", search("", func(_ int, to *core.MemorySearch) { to.Threshold = 0.1 }))
	measure("list", func(int) error {
		newest, err := s.Memories(ctx, core.MemoryQuery{AgentID: s.agent, Type: core.MemoryMessages, RoomID: s.room, Limit: 50})
		if err == nil && len(newest) != 50 {
			err = fmt.Errorf("listed %d memories instead of 50", len(newest))
		}
		return err
	})
	measure("get", func(i int) error { _, err := s.Memory(ctx, ids[i]); return err })
	return got, err
}

// seed saves a memory for each vector and returns their ids in order.
func (s *store) seed(ctx context.Context, vectors [][]float32) ([]uuid.UUID, float64, error) {
	ids := make([]uuid.UUID, len(vectors))
	reached, err := rate(ctx, len(vectors), 16, func(ctx context.Context, i int) error {
		m := s.memory(i, vectors[i])
		err := s.CreateMemory(ctx, m)
		ids[i] = m.ID
		return err
	})
	return ids, reached, err
}

// time measures n calls and keeps their median and 95th percentile.
func (r *results) time(name string, n int, call func(i int) error) error {
	times, err := timed(n, call)
	if err != nil {
		return err
	}
	r.Metrics[name+"_ms"] = milliseconds(quantile(times, 0.5))
	r.Metrics[name+"_p95_ms"] = milliseconds(quantile(times, 0.95))
	return nil
}

func numbered(memories []*core.Memory, numbers map[uuid.UUID]int) []int {
	found := make([]int, len(memories))
	for i, m := range memories {
		found[i] = numbers[m.ID]
	}
	return found
}
