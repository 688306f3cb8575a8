package sql

import (
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
)

// Module adds the plugin to an fx application, configured by the environment
// and the file .env in the working directory. The application supplies a
// *zap.Logger.
var Module = fx.Module("sql", fx.Provide(fx.Annotate(fromEnvironment, fx.ResultTags(core.PluginGroup))))

// params are the module's dependencies.
type params struct {
	fx.In

	Logger *zap.Logger
	// Settings are those that the command line has read. Nil: they are read.
	Settings *config.Config `optional:"true"`
}

// fromEnvironment maps the settings of a program to Config. Settings that are
// not set stay zero.
func fromEnvironment(p params) (*core.Plugin, error) {
	settings := p.Settings
	if settings == nil {
		read, err := config.Load(".")
		if err != nil {
			return nil, err
		}
		settings = &read
	}
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
		Program:                    settings.Program,
		Logger:                     p.Logger,
	}), nil
}
