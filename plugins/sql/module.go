package sql

import (
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/internal/pgconn"
)

// Module adds the plugin to a program, configured by its environment.
var Module = fx.Module("sql", fx.Provide(fx.Annotate(fromEnvironment, fx.ResultTags(core.PluginGroup))))

func fromEnvironment(settings config.Config, log *zap.Logger) *core.Plugin {
	return New(Config{
		Connection:   pgconn.FromEnvironment(settings, log),
		SecretSalt:   settings.SecretSalt,
		LogRetention: settings.LogRetention,
		Logger:       log,
	})
}
