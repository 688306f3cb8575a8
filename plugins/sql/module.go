package sql

import (
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
)

// Module adds the plugin to a program, configured by its environment.
var Module = fx.Module("sql", fx.Provide(fx.Annotate(fromEnvironment, fx.ResultTags(core.PluginGroup))))

// fromEnvironment maps the settings of a program to Config. Settings that are
// not set stay zero.
func fromEnvironment(settings config.Config, log *zap.Logger) *core.Plugin {
	return New(Config{
		URL:                        settings.PostgresURL,
		DataDir:                    settings.DataDir,
		BinDir:                     settings.PostgresBin,
		MaxConns:                   settings.PoolMax,
		IdleTimeout:                settings.PoolIdleTimeout,
		ConnectTimeout:             settings.ConnectTimeout,
		StatementTimeout:           settings.StatementTimeout,
		PoolWait:                   settings.PoolWait,
		Retries:                    settings.Retries,
		RetryDelay:                 settings.RetryDelay,
		RetryMaxDelay:              settings.RetryMaxDelay,
		RetryJitter:                settings.RetryJitter,
		RetryFor:                   settings.RetryFor,
		BreakerFailures:            settings.BreakerFailures,
		BreakerTimeout:             settings.BreakerTimeout,
		BreakerHalfOpen:            settings.BreakerHalfOpen,
		AllowDestructiveMigrations: settings.AllowDestructiveMigrations,
		SecretSalt:                 settings.SecretSalt,
		LogRetention:               settings.LogRetention,
		Logger:                     log,
	})
}
