package runtime

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
)

// Migration holds the settings of the migration at start. The zero value suits
// most programs.
type Migration struct {
	// LockTimeout, TableTimeout and StatementTimeout are as in
	// migration.Config. Zero: its defaults.
	LockTimeout, TableTimeout, StatementTimeout time.Duration
	// History is as in migration.Config. Empty: its default.
	History string
	// Strict is as in migration.Options.
	Strict bool
	// Program is as in migration.Config. Empty: its default.
	Program string
	// Full compares all tables with the schemas even if their hash is unchanged
	// since the last start.
	Full bool
}

// Engine returns a migration engine with these settings.
func (m Migration) Engine(db *sql.DB, log *zap.Logger) (*migration.Engine, error) {
	return migration.New(migration.Config{
		DB: db, Logger: log, Program: m.Program, History: m.History,
		LockTimeout: m.LockTimeout, TableTimeout: m.TableTimeout, StatementTimeout: m.StatementTimeout,
	})
}

// Options returns the options of a start of these plugins.
func (m Migration) Options(plugins []*core.Plugin) migration.Options {
	return migration.Options{Force: AllowDestructiveMigrations(plugins), Full: m.Full, Strict: m.Strict}
}

// migrate migrates the tables of all plugins.
func (rt *Runtime) migrate(ctx context.Context, db core.Database) error {
	engine, err := rt.config.Migration.Engine(db.Pool(), rt.config.Logger)
	if err != nil {
		return err
	}
	options := rt.config.Migration.Options(rt.plugins)
	if options.Force {
		rt.config.Logger.Warn("destructive migrations are allowed: what no schema declares any more is dropped with its data " +
			"(ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS, or sql.Config.AllowDestructiveMigrations)")
	}
	_, err = engine.Run(ctx, Units(rt.plugins), options)
	return err
}

// AllowDestructiveMigrations reports whether a start with these plugins applies
// schema changes that lose data. The plugin with the adapter decides it, by
// core.Plugin.AllowDestructiveMigrations.
func AllowDestructiveMigrations(plugins []*core.Plugin) bool {
	return slices.ContainsFunc(plugins, func(p *core.Plugin) bool { return p.Adapter != nil && p.AllowDestructiveMigrations })
}

// Units returns the schema owners for the migration engine: every plugin with
// its schema, if any, and the names of the plugins that it depends on.
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
