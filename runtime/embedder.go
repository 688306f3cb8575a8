package runtime

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// embedder embeds memories after they are saved, so that replies do not wait
// for the embedding model.
type embedder struct {
	*worker[embedding]
	db  core.Database
	log *zap.Logger
}

// embedding is a memory queued for embedding.
type embedding struct {
	agent  *Agent
	memory *core.Memory
	runLog *runLog // of the run that the memory belongs to
}

// embedderQueue is the capacity of the queue. When it is full, messages wait
// for the model.
const embedderQueue = 256

func startEmbedder(db core.Database, log *zap.Logger) *embedder {
	e := &embedder{db: db, log: log}
	e.worker = startWorker(embedderQueue, 1, func(ctx context.Context, next []embedding) {
		if err := e.embed(ctx, next[0]); err != nil {
			e.missed(next[0].memory, err)
		}
	})
	return e
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

// stop drains the queue, or abandons it when ctx is done.
func (e *embedder) stop(ctx context.Context) error {
	if left, err := e.worker.stop(ctx); err != nil {
		return fmt.Errorf("runtime: %d memories stay without embedding: %w", left, err)
	}
	return nil
}

// embedLater queues a memory with text for embedding, if there is a model. It
// blocks only while the queue is full and ctx is not done.
func (a *Agent) embedLater(ctx context.Context, memory *core.Memory) {
	if a.embedding.model == nil || strings.TrimSpace(memory.Content.Text) == "" {
		return
	}
	e := a.runtime.embed
	if err := e.add(ctx, embedding{a, memory, runLogOf(ctx)}); err != nil {
		e.missed(memory, err)
	}
}
