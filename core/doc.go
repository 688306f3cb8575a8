// Package core is the domain of elizago: its types (Character, Memory, Room,
// Entity), the parts of a plugin (Action, Provider, TextModel) and the two
// ports that the adapter and the runtime implement (Database, Runtime).
//
// It is for authors of plugins and programs that embed an agent. It imports no
// other package of the project, so a plugin that imports core depends on
// neither the runtime nor the adapter:
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
