package runtime

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// embedder gives memories their vectors after they are saved, so that nobody
// waits for an embedding model in order to be answered.
type embedder struct {
	*worker[embedding]
	db  core.Database
	log *zap.Logger
}

// embedding is one memory that waits for its vector.
type embedding struct {
	agent  *Agent
	memory *core.Memory
	runLog *runLog // of the run that the memory belongs to
}

// embedderQueue is how many memories may wait. More than that means the model
// does not keep up, and messages begin to wait for it.
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
	if err = e.db.SetEmbedding(ctx, next.memory.ID, vector); err != nil {
		next.runLog.failed("embedding", next.memory.ID.String(), err)
	}
	return err
}

// stop finishes what waits, or gives up on it when ctx ends.
func (e *embedder) stop(ctx context.Context) error {
	if left, err := e.worker.stop(ctx); err != nil {
		return fmt.Errorf("runtime: %d memories stay without embedding: %w", left, err)
	}
	return nil
}

// embedLater hands a memory with text to the embedder, if there is a model. It
// waits only when the queue is full, and no longer than ctx.
func (a *Agent) embedLater(ctx context.Context, memory *core.Memory) {
	if a.embedding.model == nil || strings.TrimSpace(memory.Content.Text) == "" {
		return
	}
	e := a.runtime.embed
	if err := e.add(ctx, embedding{a, memory, runLogOf(ctx)}); err != nil {
		e.missed(memory, err)
	}
}
