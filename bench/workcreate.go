package main

import (
	"context"

	"github.com/elizago/elizago/core"
)

// createWork creates memories with vectors, as peer/create.mjs does: first
// without, then with a duplicate check.
func createWork(ctx context.Context, s *store) (*results, error) {
	once := func(ctx context.Context, m *core.Memory) error {
		_, err := s.CreateMemoryOnce(ctx, m, core.Deduplication{})
		return err
	}
	vectors := newRandom(createSeed)
	got := &results{Metrics: map[string]float64{}}
	made := 0
	for _, phase := range []struct {
		name   string
		flight int
		create func(ctx context.Context, m *core.Memory) error
	}{
		{"plain_seq_per_s", 1, s.CreateMemory},
		{"plain_16_per_s", 16, s.CreateMemory},
		{"dedup_seq_per_s", 1, once},
		{"dedup_16_per_s", 16, once},
	} {
		memories := make([]*core.Memory, s.work.Rows)
		for i, vector := range repeat(s.work.Rows, vectors.direction) {
			memories[i] = s.memory(made, vector)
			made++
		}
		reached, err := rate(ctx, s.work.Rows, phase.flight, func(ctx context.Context, i int) error {
			return phase.create(ctx, memories[i])
		})
		if err != nil {
			return nil, err
		}
		got.Metrics[phase.name] = reached
	}
	return got, nil
}
