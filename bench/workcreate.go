package main

import (
	"context"

	"github.com/elizago/elizago/core"
)

// createWork creates memories with vectors, as peer/create.mjs does.
func createWork(ctx context.Context, s *store) (*results, error) {
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
	} {
		memories := make([]*core.Memory, s.Rows)
		for i, vector := range repeat(s.Rows, vectors.direction) {
			memories[i] = s.memory(made, vector)
			made++
		}
		reached, err := rate(ctx, s.Rows, phase.flight, func(ctx context.Context, i int) error {
			return phase.create(ctx, memories[i])
		})
		if err != nil {
			return nil, err
		}
		got.Metrics[phase.name] = reached
	}
	return got, nil
}
