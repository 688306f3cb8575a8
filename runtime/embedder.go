package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// embedder embeds memories after they are saved, so that replies do not wait
// for the embedding model.
type embedder struct {
	*worker[embedding]
	db     core.Database
	log    *zap.Logger
	cancel context.CancelFunc // of catchUp
	caught sync.WaitGroup     // catchUp
	left   leftOut
}

// embedding is a memory queued for embedding.
type embedding struct {
	agent  *Agent
	memory *core.Memory
	runLog *runLog // of the run that the memory belongs to
}

const (
	// embedderQueue is the capacity of the queue. What it has no room for is
	// embedded once it is empty.
	embedderQueue = 256
	// embedderBatch is the largest number of texts in one call of the model.
	embedderBatch = 32
)

func startEmbedder(db core.Database, log *zap.Logger) *embedder {
	e := &embedder{db: db, log: log, cancel: func() {}}
	e.worker = startWorker(embedderQueue, embedderBatch, func(ctx context.Context, next []embedding) {
		for _, batch := range byAgent(next) {
			e.embedBatch(ctx, batch)
		}
		if len(e.queue) == 0 && ctx.Err() == nil {
			for _, agent := range e.left.take() {
				e.embedMissing(ctx, agent)
			}
		}
	})
	return e
}

// byAgent divides a batch by agents, since each has a model of its own.
func byAgent(all []embedding) [][]embedding {
	var batches [][]embedding
	for _, next := range all {
		at := slices.IndexFunc(batches, func(batch []embedding) bool { return batch[0].agent == next.agent })
		if at < 0 {
			batches = append(batches, []embedding{next})
			continue
		}
		batches[at] = append(batches[at], next)
	}
	return batches
}

// embedBatch embeds memories of one agent in one call of the model, or else one
// by one: a text that the model refuses does not hold the others up. A model
// that does not answer in time is not asked again for each of them.
func (e *embedder) embedBatch(ctx context.Context, batch []embedding) {
	if len(batch) > 1 {
		texts := make([]string, len(batch))
		for i, next := range batch {
			texts[i] = next.memory.Content.Text
		}
		if _, err := batch[0].agent.vectorsOf(batch[0].runLog.in(ctx), texts); errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errTooLong) {
			for _, next := range batch {
				e.missed(next.memory, err)
			}
			return
		}
	}
	for _, next := range batch { // mostly known by now
		if err := e.embed(ctx, next); err != nil {
			e.missed(next.memory, err)
		}
	}
}

func (e *embedder) missed(memory *core.Memory, err error) {
	e.log.Warn("a memory stays without embedding; searches by meaning will not find it",
		zap.Stringer("memory_id", memory.ID), zap.Error(err))
}

func (e *embedder) embed(ctx context.Context, next embedding) error {
	vector, err := next.agent.Embed(next.runLog.in(ctx), next.memory.Content.Text)
	if err != nil {
		return err
	}
	if err = e.db.SetEmbedding(core.Retry(ctx), next.memory.ID, vector); err != nil {
		next.runLog.failed("embedding", next.memory.ID.String(), err)
	}
	return err
}

// stop drains the queue, or abandons it when ctx is done. What catchUp has not
// done yet is left for the next start.
func (e *embedder) stop(ctx context.Context) error {
	e.cancel()
	if err := waitFor(ctx, &e.caught); err != nil {
		return fmt.Errorf("runtime: a memory was still being embedded: %w", err)
	}
	if left, err := e.worker.stop(ctx); err != nil {
		return fmt.Errorf("runtime: %d memories stay without embedding: %w", left, err)
	}
	return nil
}

// embedLater queues a memory with text for embedding, if there is a model. It
// does not wait: while the queue is full, memories are left for later.
func (a *Agent) embedLater(ctx context.Context, memory *core.Memory) {
	if a.embedding.model == nil || strings.TrimSpace(memory.Content.Text) == "" {
		return
	}
	e := a.runtime.embed
	if !e.offer(embedding{a, memory, runLogOf(ctx)}) {
		e.left.add(a, e.log)
	}
}
