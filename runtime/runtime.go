package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// Config configures a Runtime.
type Config struct {
	// Plugins in any order; required, exactly one with an Adapter.
	Plugins []*core.Plugin
	// Characters to run, one agent each; at least one.
	Characters []*core.Character
	// Lookup returns settings that no character has, usually from the
	// environment. Nil: there are none.
	Lookup func(name string) (string, bool)
	// Logger defaults to a no-op logger. Nothing of Secrets reaches it.
	Logger *zap.Logger
	// Secrets are kept out of the log and of stored errors. The runtime adds
	// those of the characters and of the settings that plugins ask for. Nil: a
	// set of its own.
	Secrets *Secrets
	// Migration configures the migration at Start.
	Migration Migration
	// ProviderTimeout limits one call of a provider. Defaults to 5s.
	ProviderTimeout time.Duration
	// EmbeddingTimeout limits one call of the embedding model. Defaults to 30s.
	EmbeddingTimeout time.Duration
	// StartWait is how long Start waits for a database that cannot be reached
	// yet. Defaults to 30s; negative: not at all.
	StartWait time.Duration
}

// Runtime runs the agents of one program on one database. Its methods are
// safe for concurrent use.
type Runtime struct {
	config  Config
	plugins []*core.Plugin // dependencies first
	adapter core.Adapter
	agents  []*Agent
	embed   *embedder
	record  *recorder
	running sync.WaitGroup // messages being handled

	// initialized are the plugins that were initialized for an agent, and
	// services those that have started, both in order.
	initialized []*core.Plugin
	services    []runningService

	mu       sync.Mutex
	stopping bool // Stop was called
	stopped  bool // no message is accepted any more
}

// New validates the configuration and returns a Runtime. It does not connect.
func New(config Config) (*Runtime, error) {
	if config.Logger == nil {
		config.Logger = zap.NewNop()
	}
	if config.Secrets == nil {
		config.Secrets = NewSecrets()
	}
	config.Logger = withoutSecrets(config.Logger, config.Secrets)
	if config.Lookup == nil {
		config.Lookup = func(string) (string, bool) { return "", false }
	}
	if config.ProviderTimeout == 0 {
		config.ProviderTimeout = 5 * time.Second
	}
	if config.EmbeddingTimeout == 0 {
		config.EmbeddingTimeout = 30 * time.Second
	}
	if config.StartWait == 0 {
		config.StartWait = 30 * time.Second
	}
	plugins, err := Order(config.Plugins)
	if err != nil {
		return nil, err
	}
	if err := Check(plugins); err != nil {
		return nil, err
	}
	adapter, err := Adapter(plugins)
	if err != nil {
		return nil, err
	}
	if len(config.Characters) == 0 {
		return nil, errors.New("runtime: there is no character to run: name one with --character, or put one into Config.Characters")
	}
	rt := &Runtime{config: config, plugins: plugins, adapter: adapter}
	for _, character := range config.Characters {
		if err := character.Validate(); err != nil {
			return nil, fmt.Errorf("runtime: character %q: %w", character.Name, err)
		}
	}
	return rt, nil
}

// Start opens the database, migrates it, and starts every agent. If it fails,
// it closes what it opened. It is called once. Its error wraps those of
// migration.Engine.Run.
func (rt *Runtime) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, rt.Stop(context.WithoutCancel(ctx)))
		}
	}()
	db, err := rt.open(ctx)
	if err != nil {
		return err
	}
	if checker, ok := rt.adapter.(core.Checker); ok {
		if err := checker.Check(ctx); err != nil {
			return err
		}
	}
	if err := rt.migrate(ctx, db); err != nil {
		return err
	}
	if err := rt.adapter.Start(ctx); err != nil {
		return err
	}
	rt.embed, rt.record = startEmbedder(db, rt.config.Logger), startRecorder(db, rt.config.Logger)
	var disabled error
	for _, character := range rt.config.Characters {
		agent, err := rt.startAgent(ctx, db, character)
		if errors.Is(err, errDisabled) && len(rt.config.Characters) > 1 {
			rt.config.Logger.Warn("an agent is left out", zap.String("agent", character.Name), zap.Error(err))
			disabled = errors.Join(disabled, fmt.Errorf("agent %q: %w", character.Name, err))
			continue
		}
		if err != nil {
			return fmt.Errorf("runtime: agent %q did not start: %w", character.Name, err)
		}
		rt.agents = append(rt.agents, agent)
	}
	if len(rt.agents) == 0 {
		return fmt.Errorf("runtime: no agent is left to start: %w", disabled)
	}
	for _, agent := range rt.agents {
		if err := rt.startServices(ctx, agent); err != nil {
			return err
		}
	}
	rt.embed.catchUp(rt.Agents())
	return nil
}

// Stop ends the services, waits for the messages being handled, saves queued
// embeddings and log entries, closes the plugins and the database, all within
// ctx. A second call is a no-op.
func (rt *Runtime) Stop(ctx context.Context) error {
	rt.mu.Lock()
	if rt.stopping {
		rt.mu.Unlock()
		return nil
	}
	rt.stopping = true
	rt.mu.Unlock()

	errs := []error{rt.stopServices(ctx)}
	rt.mu.Lock()
	rt.stopped = true
	rt.mu.Unlock()
	if err := waitFor(ctx, &rt.running); err != nil {
		errs = append(errs, fmt.Errorf("runtime: messages were still being answered: %w", err))
	}
	if rt.embed != nil {
		errs = append(errs, rt.embed.stop(ctx))
		rt.record.stop(ctx) // after all that has something to write
	}
	return errors.Join(append(errs, rt.closePlugins(ctx), rt.adapter.Close(ctx))...)
}

// Settle waits until the memories of all answered messages have their
// embeddings, so that searches find them, and all log entries are written, or
// until ctx is done, whose error it returns. It is for tests and
// demonstrations, between Start and Stop; Handle must not be called meanwhile.
func (rt *Runtime) Settle(ctx context.Context) error {
	if err := waitFor(ctx, &rt.embed.pending); err != nil {
		return err
	}
	return waitFor(ctx, &rt.record.pending)
}

// Agents returns the running agents in the order of Config.Characters.
func (rt *Runtime) Agents() []*Agent { return slices.Clone(rt.agents) }

// Plugins returns the plugins, dependencies first.
func (rt *Runtime) Plugins() []*core.Plugin { return slices.Clone(rt.plugins) }

// enter registers a message being handled; it fails once Stop has begun.
func (rt *Runtime) enter() error {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if rt.stopped {
		return errors.New("runtime: the agent is shutting down: send the message again after the next start")
	}
	rt.running.Add(1)
	return nil
}

// missingPlugins returns the plugins that a character names and that this
// program does not contain.
func (rt *Runtime) missingPlugins(character *core.Character) []string {
	var missing []string
	for _, wanted := range character.Plugins {
		if !slices.ContainsFunc(rt.plugins, func(p *core.Plugin) bool { return samePlugin(p.Name, wanted) }) {
			missing = append(missing, wanted)
		}
	}
	return missing
}

// waitFor waits for the group until ctx is done.
func waitFor(ctx context.Context, group *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
