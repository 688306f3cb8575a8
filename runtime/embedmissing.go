package runtime

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

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

// leftOut are the agents with memories that the queue had no room for.
type leftOut struct {
	mu     sync.Mutex
	agents []*Agent
}

func (l *leftOut) add(agent *Agent, log *zap.Logger) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.agents, agent) {
		l.agents = append(l.agents, agent)
		log.Warn("the embedding model does not keep up; searches by meaning find new memories later", zap.String("agent", agent.character.Name))
	}
}

// take returns the agents, and forgets them.
func (l *leftOut) take() []*Agent {
	l.mu.Lock()
	defer l.mu.Unlock()
	agents := l.agents
	l.agents = nil
	return agents
}
