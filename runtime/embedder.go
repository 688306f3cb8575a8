package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

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
	e := &embedder{db: db, log: log, cancel: func() {}}
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

// missingPage is the number of memories without embedding that are read at once.
const missingPage = 200

// embedMissing embeds the agent's messages that have none, as after a crash or
// an outage of the database. It stops at the first that cannot be embedded.
func (e *embedder) embedMissing(ctx context.Context, agent *Agent) {
	if agent.embedding.model == nil {
		return
	}
	query := core.MemoryQuery{
		AgentID: agent.AgentID(), Type: core.MemoryMessages, Unembedded: true, Limit: missingPage,
	}
	made, began := 0, time.Now()
	for {
		missing, err := e.db.Memories(ctx, query)
		for _, memory := range missing {
			if err != nil {
				break
			}
			query.Before = memory.ID
			if strings.TrimSpace(memory.Content.Text) == "" {
				continue
			}
			err = e.embed(ctx, embedding{agent, memory, nil})
			switch {
			case errors.Is(err, core.ErrNotFound):
				err = nil // deleted in the meantime
			case err == nil && memory.CreatedAt.Before(began): // others are on their way
				made++
			}
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			e.log.Warn("memories without embedding are left for the next start; searches by meaning will not find them", zap.Error(err))
			return
		}
		if len(missing) < missingPage {
			break
		}
	}
	if made > 0 {
		e.log.Info("embedded memories that had none", zap.String("agent", agent.character.Name), zap.Int("memories", made))
	}
}

// catchUp embeds what earlier processes have left, in the background.
func (e *embedder) catchUp(agents []*Agent) {
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.pending.Add(1)
	e.caught.Go(func() {
		defer e.pending.Done()
		for _, agent := range agents {
			e.embedMissing(ctx, agent)
		}
	})
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
