package classic

import (
	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// Module adds the plugin to an fx program.
var Module = fx.Module("classic",
	fx.Provide(fx.Annotate(New, fx.ResultTags(core.PluginGroup))))
