package main

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/core"
)

// insertWork creates memories one at a time, each followed by the same two rows
// written by bare statements, in two ways: in a transaction of four round
// trips, and as a batch of one. All see the same tables at the same size, and
// each follows each other equally often. None of them is inserted into the HNSW
// index: at the end the indexer adds them, and some more bare rows are indexed
// as they are inserted.
func insertWork(ctx context.Context, s *store) (*results, error) {
	conn, err := s.bare(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	vectors := newRandom(createSeed)
	next := func() []float32 { return repeat(1, vectors.direction)[0] }
	if err := s.CreateMemory(ctx, s.memory(0, next())); err != nil {
		return nil, err
	}
	pair, err := samplePair(ctx, conn)
	if err != nil {
		return nil, err
	}
	ways := []struct {
		name   string
		insert func(i int, vector []float32) error
	}{
		{"create_ms", func(i int, vector []float32) error { return s.CreateMemory(ctx, s.memory(i, vector)) }},
		{"bare_tx_ms", func(_ int, vector []float32) error { return pair.inTransaction(ctx, conn, vector) }},
		{"bare_batch_ms", func(_ int, vector []float32) error { return pair.inBatch(ctx, conn, vector) }},
	}
	times := make([][]time.Duration, len(ways))
	for i := range s.work.Rows {
		for _, which := range turns[i%len(turns)] {
			vector := next()
			took, err := clock(func() error { return ways[which].insert(i+1, vector) })
			if err != nil {
				return nil, err
			}
			times[which] = append(times[which], took)
		}
	}
	got := &results{Metrics: map[string]float64{}}
	for i, way := range ways {
		got.Metrics[way.name] = milliseconds(quantile(times[i], 0.5))
	}
	unindexed := len(ways)*s.work.Rows + 1
	indexed, err := clock(func() error { return s.indexed(ctx) })
	if err != nil {
		return nil, err
	}
	got.Metrics["graph_after_ms"] = milliseconds(indexed) / float64(unindexed)
	intoIndex := pair.intoIndex()
	entered, err := timed(s.work.Rows, func(int) error { return intoIndex.inBatch(ctx, conn, next()) })
	if err != nil {
		return nil, err
	}
	got.Metrics["bare_graph_ms"] = milliseconds(quantile(entered, 0.5))
	got.Metrics["bare_ms"] = math.Min(got.Metrics["bare_tx_ms"], got.Metrics["bare_batch_ms"])
	return got, nil
}

// pair is a memory and its embedding as bare rows.
type pair struct{ memory, embedding *rowOf }

func samplePair(ctx context.Context, conn *pgx.Conn) (*pair, error) {
	memory, err := sampleRow(ctx, conn, "memories")
	if err != nil {
		return nil, err
	}
	embedding, err := sampleRow(ctx, conn, "embeddings")
	return &pair{memory, embedding}, err
}

// intoIndex returns a pair whose vector is inserted into the HNSW index
// immediately.
func (p *pair) intoIndex() *pair {
	embedding := *p.embedding
	embedding.values = slices.Clone(embedding.values)
	embedding.values[slices.Index(embedding.columns, "indexed")] = true
	return &pair{p.memory, &embedding}
}

func (p *pair) queue(vector []float32) *pgx.Batch {
	id := core.NewID()
	batch := &pgx.Batch{}
	batch.Queue(p.memory.insert(), p.memory.with(id, id, nil)...)
	batch.Queue(p.embedding.insert(), p.embedding.with(core.NewID(), id, vector)...)
	return batch
}

// inBatch sends both in one batch, which is a transaction of its own.
func (p *pair) inBatch(ctx context.Context, conn *pgx.Conn, vector []float32) error {
	return conn.SendBatch(ctx, p.queue(vector)).Close()
}

func (p *pair) inTransaction(ctx context.Context, conn *pgx.Conn, vector []float32) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, query := range p.queue(vector).QueuedQueries {
			if _, err := tx.Exec(ctx, query.SQL, query.Arguments...); err != nil {
				return err
			}
		}
		return nil
	})
}
