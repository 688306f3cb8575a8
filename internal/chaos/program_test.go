//go:build chaos

package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// call is one call of a program.
type call struct {
	Kind string
	// Keys are the texts of the memories, tasks or cache entries that it writes,
	// each of them unique.
	Keys  []string
	Began time.Time
	Took  time.Duration
	Error string
}

// Environment of the test binary when it is the program.
const (
	urlVariable     = "CHAOS_URL"
	folderVariable  = "CHAOS_DIR"
	writersVariable = "CHAOS_WRITERS"
)

// program starts an agent, prints a line, writes until standard input ends,
// and then prints its calls.
func program() error {
	ctx := context.Background()
	writers, err := strconv.Atoi(os.Getenv(writersVariable))
	if err != nil {
		return err
	}
	log, err := zap.NewDevelopment(zap.IncreaseLevel(zap.WarnLevel), zap.AddStacktrace(zap.FatalLevel))
	if err != nil {
		return err
	}
	rt, err := runtime.New(runtime.Config{
		Plugins:    []*core.Plugin{sql.New(sql.Config{URL: os.Getenv(urlVariable), DataDir: os.Getenv(folderVariable), Logger: log})},
		Characters: []*core.Character{{Name: "Ada"}},
		Logger:     log,
	})
	if err != nil {
		return err
	}
	if err := rt.Start(ctx); err != nil {
		return err
	}
	fmt.Println("ready")
	done := make(chan struct{})
	calls := make([][]call, writers)
	var group sync.WaitGroup
	ada := rt.Agents()[0]
	for i := range calls {
		group.Go(func() { calls[i] = write(ctx, ada.Database(), ada.AgentID(), done) })
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(done)
	group.Wait()
	out := json.NewEncoder(os.Stdout)
	for _, some := range calls {
		for _, one := range some {
			if err := out.Encode(one); err != nil {
				return err
			}
		}
	}
	return rt.Stop(ctx)
}

// write makes all kinds of calls in turn until done is closed. No context has
// a deadline.
func write(ctx context.Context, db core.Database, agent uuid.UUID, done <-chan struct{}) []call {
	memory := func(id uuid.UUID, text string) *core.Memory {
		return &core.Memory{ID: id, Type: core.MemoryFacts, AgentID: agent, Content: core.Content{Text: text}}
	}
	kinds := []struct {
		name string
		keys int
		call func(keys []string) error
	}{
		{"memory", 1, func(k []string) error { return db.CreateMemory(ctx, memory(core.NewID(), k[0])) }},
		{"memory without id", 1, func(k []string) error { return db.CreateMemory(ctx, memory(uuid.Nil, k[0])) }},
		{"transaction", 2, func(k []string) error {
			return db.InTx(ctx, func(tx core.Database) error {
				if err := tx.CreateMemory(ctx, memory(core.NewID(), k[0])); err != nil {
					return err
				}
				return tx.CreateMemory(ctx, memory(core.NewID(), k[1]))
			})
		}},
		{"task", 1, func(k []string) error { return db.CreateTask(ctx, &core.Task{AgentID: agent, Name: k[0]}) }},
		{"cache", 1, func(k []string) error {
			return db.SaveCache(ctx, core.CacheEntry{AgentID: agent, Key: k[0], Value: json.RawMessage("1")})
		}},
		{"read", 0, func([]string) error {
			_, err := db.Memories(ctx, core.MemoryQuery{AgentID: agent, Type: core.MemoryFacts, Limit: 1})
			return err
		}},
	}
	var calls []call
	for n := 0; ; n++ {
		select {
		case <-done:
			return calls
		case <-time.After(2 * time.Millisecond):
		}
		kind := kinds[n%len(kinds)]
		made := call{Kind: kind.name}
		for range kind.keys {
			made.Keys = append(made.Keys, uuid.NewString())
		}
		made.Began = time.Now()
		err := kind.call(made.Keys)
		made.Took = time.Since(made.Began)
		if err != nil {
			made.Error = err.Error()
		}
		calls = append(calls, made)
	}
}
