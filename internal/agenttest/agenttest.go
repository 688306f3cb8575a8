// Package agenttest starts an agent on its own test database. It is for the
// tests of the runtime and of plugins.
//
//	agent := agenttest.Start(t, bootstrap.New(), classic.New(), mine.New())
//	outcome, err := agent.Handle(t.Context(), runtime.Message{Text: "hello"})
package agenttest

import (
	"context"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

// Start runs one agent, Ada, with these plugins and the database adapter.
func Start(t testing.TB, plugins ...*core.Plugin) *runtime.Agent {
	t.Helper()
	return StartOn(t, pgtest.Database(t), &core.Character{Name: "Ada", Bio: core.Lines{"Ada tests."}}, plugins...)
}

// StartOn runs a character on a given database, which may hold rows of an
// earlier agent. It is stopped after the test.
func StartOn(t testing.TB, url string, character *core.Character, plugins ...*core.Plugin) *runtime.Agent {
	t.Helper()
	rt := Runtime(t, url, []*core.Character{character}, plugins...)
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return rt.Agents()[0]
}

// Runtime returns a runtime with these plugins and the database adapter; the
// test must start it. It is stopped after the test.
func Runtime(t testing.TB, url string, characters []*core.Character, plugins ...*core.Plugin) *runtime.Runtime {
	t.Helper()
	log := zaptest.NewLogger(t, zaptest.Level(zap.WarnLevel))
	rt, err := runtime.New(runtime.Config{
		Plugins: append([]*core.Plugin{sql.New(sql.Config{
			URL: url, MaxConns: 8, SecretSalt: "salt of the tests", Logger: log,
		})}, plugins...),
		Characters:      characters,
		Logger:          log,
		ProviderTimeout: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := rt.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return rt
}
