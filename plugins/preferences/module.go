package preferences

import (
	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// Module adds the plugin to a program.
var Module = fx.Module("preferences", fx.Provide(fx.Annotate(New, fx.ResultTags(core.PluginGroup))))
