package runtime

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// embedder gives memories their vectors after they are saved, so that nobody
// waits for an embedding model in order to be answered. It has one goroutine
// from startEmbedder to stop.
type embedder struct {
	db    core.Database
	log   *zap.Logger
	queue chan embedding
	done  chan struct{}
	// abort ends the work in hand when stop may wait no longer.
	abort context.CancelFunc
	once  sync.Once
}

// embedding is one memory that waits for its vector.
type embedding struct {
	agent  *Agent
	memory *core.Memory
}

// embedderQueue is how many memories may wait. More than that means the model
// does not keep up, and messages begin to wait for it.
const embedderQueue = 256

func startEmbedder(db core.Database, log *zap.Logger) *embedder {
	ctx, cancel := context.WithCancel(context.Background())
	e := &embedder{
		db: db, log: log, abort: cancel,
		queue: make(chan embedding, embedderQueue),
		done:  make(chan struct{}),
	}
	go func() {
		defer close(e.done)
		for next := range e.queue {
			if err := e.embed(ctx, next); err != nil {
				e.log.Warn("a memory stays without embedding; searches by meaning will not find it",
					zap.Stringer("memory_id", next.memory.ID), zap.Error(err))
			}
		}
	}()
	return e
}

func (e *embedder) embed(ctx context.Context, next embedding) error {
	vector, err := next.agent.Embed(ctx, next.memory.Content.Text)
	if err != nil {
		return err
	}
	return e.db.SetEmbedding(ctx, next.memory.ID, vector)
}

// stop finishes what waits, or gives up on it when ctx ends.
func (e *embedder) stop(ctx context.Context) error {
	e.once.Do(func() { close(e.queue) })
	defer e.abort()
	select {
	case <-e.done:
		return nil
	case <-ctx.Done():
		waiting := len(e.queue)
		e.abort()
		<-e.done
		return fmt.Errorf("runtime: %d memories stay without embedding: %w", waiting, context.Cause(ctx))
	}
}

// embedLater hands a memory with text to the embedder, if there is a model.
// Only messages being handled call it, and Stop waits for those first, so the
// queue is open.
func (a *Agent) embedLater(memory *core.Memory) {
	if a.embedding.model == nil || strings.TrimSpace(memory.Content.Text) == "" {
		return
	}
	a.runtime.embed.queue <- embedding{a, memory}
}
