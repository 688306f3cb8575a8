package runtime

import (
	"context"
	"errors"
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
	// finish ends the goroutine when the queue is empty, abort at once.
	finish, abort context.CancelFunc
	done          chan struct{}
	// pending counts what waits and what is in hand.
	pending sync.WaitGroup
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
	finishing, finish := context.WithCancel(context.Background())
	ctx, abort := context.WithCancel(context.Background())
	e := &embedder{
		db: db, log: log, finish: finish, abort: abort,
		queue: make(chan embedding, embedderQueue),
		done:  make(chan struct{}),
	}
	go func() {
		defer close(e.done)
		for {
			select {
			case next := <-e.queue:
				e.work(ctx, next)
				continue
			case <-finishing.Done():
			}
			for { // what waits is still done
				select {
				case next := <-e.queue:
					e.work(ctx, next)
				default:
					return
				}
			}
		}
	}()
	return e
}

func (e *embedder) work(ctx context.Context, next embedding) {
	defer e.pending.Done()
	if err := e.embed(ctx, next); err != nil {
		e.missed(next.memory, err)
	}
}

func (e *embedder) missed(memory *core.Memory, err error) {
	e.log.Warn("a memory stays without embedding; searches by meaning will not find it",
		zap.Stringer("memory_id", memory.ID), zap.Error(err))
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
	e.finish()
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

// embedLater hands a memory with text to the embedder, if there is a model. It
// waits only when the queue is full, and no longer than ctx.
func (a *Agent) embedLater(ctx context.Context, memory *core.Memory) {
	if a.embedding.model == nil || strings.TrimSpace(memory.Content.Text) == "" {
		return
	}
	e := a.runtime.embed
	e.pending.Add(1)
	select {
	case e.queue <- embedding{a, memory}:
	case <-e.done:
		e.pending.Done()
		e.missed(memory, errors.New("the agent is shutting down"))
	case <-ctx.Done():
		e.pending.Done()
		e.missed(memory, context.Cause(ctx))
	}
}
