package sql

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
)

// Calls without a deadline through a network that swallows everything end at
// the limits of a statement and of connecting, as unavailable.
func TestCallsThroughABlackHoleEndAtTheirLimits(t *testing.T) {
	t.Parallel()
	url := tables.Database(t)
	s := sceneOn(t, connect(t, Config{URL: url}))
	proxy := pgtest.NewProxy(t, url)
	db := connect(t, Config{
		URL: proxy.URL, StatementTimeout: time.Second, ConnectTimeout: 2 * time.Second,
		Retries: 1, RetryDelay: time.Millisecond, RetryJitter: time.Millisecond, RetryFor: time.Millisecond, BreakerFailures: 100,
	})
	proxy.Freeze()
	var group sync.WaitGroup
	for name, call := range map[string]func(ctx context.Context) error{
		"a read":          func(ctx context.Context) error { _, err := db.Memories(ctx, s.all()); return err },
		"a write":         func(ctx context.Context) error { return db.CreateMemory(ctx, s.memory("a")) },
		"with Retry":      func(ctx context.Context) error { return db.CreateMemory(core.Retry(ctx), s.memory("b")) },
		"a transaction":   func(ctx context.Context) error { return db.InTx(ctx, func(core.Database) error { return nil }) },
		"ent's statement": func(ctx context.Context) error { _, err := db.CountAgents(ctx, core.AgentQuery{}); return err },
	} {
		group.Go(func() {
			if err := call(context.Background()); !errors.Is(err, core.ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	group.Wait()
}
