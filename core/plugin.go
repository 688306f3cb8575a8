package core

import "context"

// PluginGroup is the fx value group that plugins are collected from. A
// plugin's module.go provides its constructor into it:
//
//	var Module = fx.Module("greeter",
//		fx.Provide(fx.Annotate(New, fx.ResultTags(core.PluginGroup))))
const PluginGroup = `group:"plugins"`

// Plugin is one named set of abilities. Everything but Name is optional.
type Plugin struct {
	// Name identifies the plugin, usually as "@organisation/name"; required. A
	// second plugin with the same name is an error at start.
	Name        string
	Description string
	// Dependencies are the names of plugins that must be there, and whose
	// tables and Init come first.
	Dependencies []string
	// Priority chooses among models of one type: the highest serves. Equal
	// priorities: the plugin that was registered first.
	Priority int

	// Adapter brings the database. Exactly one plugin of a program has one.
	Adapter Adapter
	// Schema is what the plugin keeps in PostgreSQL. Nil: nothing.
	Schema *Schema

	Actions   []Action
	Providers []Provider
	// TextModels are the language models that the plugin offers, by type.
	TextModels map[ModelType]TextModel
	// EmbeddingModel turns text into vectors. Nil: the plugin has none.
	EmbeddingModel EmbeddingModel

	// Init is called once for every agent, when all tables are in place and
	// the plugins that this one depends on are ready. An error stops the start.
	Init func(ctx context.Context, rt Runtime) error
}

// Adapter opens the database that a program runs on.
type Adapter interface {
	// Name is shown when two plugins of one program bring an adapter.
	Name() string
	// Open connects. It is called once, before anything else of any plugin.
	Open(ctx context.Context) (Database, error)
	// Close gives up everything that Open took. It is called once, last, and
	// also after a failed Open.
	Close(ctx context.Context) error
}
