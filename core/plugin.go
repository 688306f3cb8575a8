package core

import "context"

// PluginGroup is the fx value group of plugins. A plugin's module.go provides
// its constructor into it:
//
//	var Module = fx.Module("greeter",
//		fx.Provide(fx.Annotate(New, fx.ResultTags(core.PluginGroup))))
const PluginGroup = `group:"plugins"`

// Plugin is a named set of actions, providers, models and tables. All fields
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

	// Init is called once per agent, after all tables are migrated and after
	// Init of the plugins that this one depends on. An error aborts the start.
	Init func(ctx context.Context, rt Runtime) error
}
