package runtime

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
)

// Config is what a Runtime is made of.
type Config struct {
	// Plugins in any order; required, exactly one with an Adapter.
	Plugins []*core.Plugin
	// Characters to run, one agent each; at least one.
	Characters []*core.Character
	// Lookup finds settings that no character has, usually in the
	// environment. Nil: there are none.
	Lookup func(name string) (string, bool)
	// Logger defaults to one that says nothing.
	Logger *zap.Logger
	// Migration says how Start brings the tables up to date.
	Migration Migration
	// ProviderTimeout is how long one provider may take. Defaults to 5s.
	ProviderTimeout time.Duration
}

// Migration says how the tables are brought up to date. The zero value is for
// most programs.
type Migration struct {
	// LockTimeout, TableTimeout and StatementTimeout are those of
	// migration.Config. Zero: its defaults.
	LockTimeout, TableTimeout, StatementTimeout time.Duration
	// Full compares all tables with the schemas even when nothing seems to have
	// changed since the last start.
	Full bool
}

// Engine makes a migration engine of these settings.
func (m Migration) Engine(db *sql.DB, log *zap.Logger) (*migration.Engine, error) {
	return migration.New(migration.Config{
		DB: db, Logger: log,
		LockTimeout: m.LockTimeout, TableTimeout: m.TableTimeout, StatementTimeout: m.StatementTimeout,
	})
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

	mu      sync.Mutex
	stopped bool
}

// New checks that the parts fit together. It opens nothing.
func New(config Config) (*Runtime, error) {
	if config.Logger == nil {
		config.Logger = zap.NewNop()
	}
	if config.Lookup == nil {
		config.Lookup = func(string) (string, bool) { return "", false }
	}
	if config.ProviderTimeout == 0 {
		config.ProviderTimeout = 5 * time.Second
	}
	plugins, err := orderPlugins(config.Plugins)
	if err != nil {
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

// Start opens the database, migrates it, and makes every agent ready. When it
// fails, what it opened is closed again.
func (rt *Runtime) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, rt.Stop(context.WithoutCancel(ctx)))
		}
	}()
	db, err := rt.adapter.Open(ctx)
	if err != nil {
		return err
	}
	if err := rt.migrate(ctx, db); err != nil {
		return err
	}
	rt.embed, rt.record = startEmbedder(db, rt.config.Logger), startRecorder(db, rt.config.Logger)
	for _, character := range rt.config.Characters {
		agent, err := rt.startAgent(ctx, db, character)
		if err != nil {
			return fmt.Errorf("runtime: agent %q did not start: %w", character.Name, err)
		}
		rt.agents = append(rt.agents, agent)
	}
	return nil
}

// Stop lets the messages being handled finish, saves what waits to be saved,
// and closes the database, all within ctx. A second call does nothing.
func (rt *Runtime) Stop(ctx context.Context) error {
	rt.mu.Lock()
	if rt.stopped {
		rt.mu.Unlock()
		return nil
	}
	rt.stopped = true
	rt.mu.Unlock()

	var errs []error
	if err := waitFor(ctx, &rt.running); err != nil {
		errs = append(errs, fmt.Errorf("runtime: messages were still being answered: %w", err))
	}
	if rt.embed != nil {
		errs = append(errs, rt.embed.stop(ctx))
		rt.record.stop(ctx) // after all that has something to write
	}
	return errors.Join(append(errs, rt.adapter.Close(ctx))...)
}

// Settle waits until the memories of all messages that have been answered have
// their embeddings, so that searches find them, and what was done is in the
// table logs. It is for tests and demonstrations; nobody may be talking
// meanwhile.
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

// enter counts a message in; it fails once Stop has begun.
func (rt *Runtime) enter() error {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if rt.stopped {
		return errors.New("runtime: the agent is shutting down: send the message again after the next start")
	}
	rt.running.Add(1)
	return nil
}

// migrate brings the tables of all plugins up to date.
func (rt *Runtime) migrate(ctx context.Context, db core.Database) error {
	engine, err := rt.config.Migration.Engine(db.Pool(), rt.config.Logger)
	if err != nil {
		return err
	}
	force := rt.AllowsDestructiveMigrations()
	if force {
		rt.config.Logger.Warn("destructive migrations are allowed: what no schema declares any more is dropped with its data " +
			"(ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS, or sql.Config.AllowDestructiveMigrations)")
	}
	_, err = engine.Run(ctx, Units(rt.plugins), migration.Options{Force: force, Full: rt.config.Migration.Full})
	return err
}

// AllowsDestructiveMigrations says whether Start applies changes of the schema
// that lose data. The adapter decides, with a method of this name; without one
// they are refused.
func (rt *Runtime) AllowsDestructiveMigrations() bool {
	adapter, ok := rt.adapter.(interface{ AllowsDestructiveMigrations() bool })
	return ok && adapter.AllowsDestructiveMigrations()
}

// Units returns what the migration engine compares with the database: every
// plugin's schema, or none, and the plugins that it depends on by the names
// that they have.
func Units(plugins []*core.Plugin) []migration.Unit {
	units := make([]migration.Unit, len(plugins))
	for i, plugin := range plugins {
		units[i].Plugin = plugin.Name
		if plugin.Schema != nil {
			units[i].Schema = *plugin.Schema
		}
		for _, dependency := range plugin.Dependencies {
			at := slices.IndexFunc(plugins, func(p *core.Plugin) bool { return samePlugin(p.Name, dependency) })
			if at >= 0 {
				dependency = plugins[at].Name
			}
			units[i].DependsOn = append(units[i].DependsOn, dependency)
		}
	}
	return units
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

// waitFor waits for a group no longer than ctx allows.
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
