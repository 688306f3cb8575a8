package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// searchWork creates, searches and lists memories, as peer/search.mjs does. If
// users share the memories, it also compares filtered searches with bare
// statements.
func searchWork(ctx context.Context, s *store) (*results, error) {
	data := newDataset(s.work.Data, s.work.Rows, s.work.Queries+warmUp)
	ids, seeded, err := s.seed(ctx, data)
	if err != nil {
		return nil, err
	}
	numbers := make(map[uuid.UUID]int, len(ids))
	for i, id := range ids {
		numbers[id] = i
	}
	indexed, err := clock(func() error { return s.indexed(ctx) })
	if err != nil {
		return nil, err
	}
	if _, err := s.Pool().ExecContext(ctx, "ANALYZE"); err != nil {
		return nil, err
	}
	got := &results{
		Metrics: map[string]float64{"seed_per_s": seeded, "indexed_after_ms": milliseconds(indexed)},
		Found:   map[string][][]int{},
	}

	measure := func(name string, call func(i int) error) {
		if err != nil {
			return
		}
		if _, err = timed(5, func(int) error { return call(0) }); err == nil { // not measured
			err = got.time(name, s.work.Queries, call)
		}
	}
	search := func(keep string, narrow func(i int, to *core.MemorySearch)) func(i int) error {
		found := make([][]int, s.work.Queries)
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
	room := core.MemoryQuery{AgentID: s.agent, Type: core.MemoryMessages, RoomID: s.room, Limit: 50}
	list := func(query core.MemoryQuery) func(int) error {
		return func(int) error {
			newest, err := s.Memories(ctx, query)
			if err == nil && len(newest) != 50 {
				err = fmt.Errorf("listed %d memories instead of 50", len(newest))
			}
			return err
		}
	}
	measure("list", list(room))
	room.Embeddings = true // as the peer's come
	measure("list_vectors", list(room))
	measure("get", func(i int) error { _, err := s.Memory(ctx, ids[i]); return err })
	measure("count", func(int) error { _, err := s.CountMemories(ctx, room); return err })
	if err == nil && len(s.users) > 1 {
		err = s.compareFilters(ctx, data, numbers, got)
	}
	return got, err
}

// seedBatch is the batch size for more memories than that.
const seedBatch = 10_000

// seed saves a memory for each vector and returns their ids in order. Up to
// seedBatch of them are saved as the peer does, one by one with 16 in flight.
func (s *store) seed(ctx context.Context, data dataset) ([]uuid.UUID, float64, error) {
	memories := make([]*core.Memory, len(data.Stored))
	ids := make([]uuid.UUID, len(data.Stored))
	for i, vector := range data.Stored {
		memories[i] = s.memory(i, vector)
		memories[i].WorldID = s.worlds[data.group(i)]
		memories[i].ID = core.NewID()
		ids[i] = memories[i].ID
	}
	if len(memories) <= seedBatch {
		reached, err := rate(ctx, len(memories), 16, func(ctx context.Context, i int) error {
			return s.CreateMemory(ctx, memories[i])
		})
		return ids, reached, err
	}
	batches := slices.Collect(slices.Chunk(memories, seedBatch))
	reached, err := rate(ctx, len(batches), 1, func(ctx context.Context, i int) error {
		return s.CreateMemories(ctx, batches[i])
	})
	return ids, reached * seedBatch, err
}

// indexed waits until the saved vectors are indexed, except for the few that a
// search compares one by one.
func (s *store) indexed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	for {
		var left int
		err := s.Pool().QueryRowContext(ctx, "SELECT count(*) FROM embeddings WHERE NOT indexed").Scan(&left)
		if err != nil || left < 500 {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// time measures n calls and records their median and 95th percentile.
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
