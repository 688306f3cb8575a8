// Package core is the domain of elizago: what an agent is, what it keeps, and
// what a plugin gives it. It holds the types (Character, Memory, Room, Entity),
// the parts that plugins are made of (Action, Provider, TextModel) and the two
// ports that everything else stands behind (Database, Runtime).
//
// It is for everyone who writes a plugin or embeds an agent. It imports
// nothing else of the project, so a plugin that imports core pulls in neither
// the runtime nor the adapter:
//
//	var greet = core.Action{
//		Name:        "GREET",
//		Description: "Says hello",
//		Handle: func(ctx context.Context, call core.ActionCall) (*core.ActionResult, error) {
//			return &core.ActionResult{Text: "Hello!"}, call.Reply(ctx, core.Content{Text: "Hello!"})
//		},
//	}
//
//	func New() *core.Plugin {
//		return &core.Plugin{Name: "@me/greeter", Actions: []core.Action{greet}}
//	}
//
// The package follows the module's semantic version; before 1.0 a minor
// release may change it, with the change and the remedy in the changelog.
package core
