package core

import "context"

// PluginGroup is the fx value group of plugins. A plugin's module.go provides
// its constructor into it:
//
//	var Module = fx.Module("greeter",
//		fx.Provide(fx.Annotate(New, fx.ResultTags(core.PluginGroup))))
const PluginGroup = `group:"plugins"`

// Plugin is a named set of actions, providers, models, services and tables. All fields
// except Name are optional.
type Plugin struct {
	// Name identifies the plugin, usually as "@organisation/name"; required. A
	// second plugin with the same name is an error at start.
	Name        string
	Description string
	// Dependencies are the names of plugins that must be in the program; their
	// tables are migrated and their Init is called first.
	Dependencies []string
	// Priority selects among models of one type: that of the plugin with the
	// highest priority is used. Among equals it is the first plugin, where a
	// plugin comes after its Dependencies, and otherwise by name.
	Priority int
	// Base plugins are used by every agent, also by one whose character names the
	// plugins that it uses; see Character.Plugins.
	Base bool

	// Adapter opens the database. Exactly one plugin of a program has one.
	Adapter Adapter
	// AllowDestructiveMigrations lets a start apply changes of any plugin's
	// schema that lose data. Only that of the plugin with the Adapter counts.
	// Defaults to false: such a start is refused, and nothing is changed.
	AllowDestructiveMigrations bool
	// Schema declares the plugin's tables. Nil: none.
	Schema *Schema

	Actions   []Action
	Providers []Provider
	// TextModels are the plugin's language models, by type.
	TextModels map[ModelType]TextModel
	// EmbeddingModel converts texts to vectors. Nil: the plugin has none.
	EmbeddingModel EmbeddingModel

	// Services work beside the answering of messages.
	Services []Service
	// Settings is the zero value of the plugin's configuration, a struct with
	// tags as SettingFields describes; see the function Settings. The start of an
	// agent fails if it cannot be filled, and `doctor` lists it. Nil: none.
	Settings any

	// Init is called once for each agent that uses the plugin, after all tables
	// are migrated and after Init of the plugins that this one depends on. An
	// error aborts the start.
	Init func(ctx context.Context, rt Runtime) error
	// Close is called once, after Init was called for any agent: services have
	// ended and no message is being answered, but the database is still open.
	// Plugins are closed before those that they depend on.
	Close func(ctx context.Context) error
}
