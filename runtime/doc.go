// Package runtime runs agents: it opens the database, migrates the tables of
// core and of every plugin, registers the plugins' actions, providers and
// models, and processes each message up to the saved reply.
//
// Most programs use it through package runtime/cli. To embed it:
//
//	rt, err := runtime.New(runtime.Config{
//		Plugins:    []*core.Plugin{sql.New(...), bootstrap.New(), classic.New()},
//		Characters: []*core.Character{{Name: "Eliza"}},
//	})
//	if err != nil { ... }
//	if err := rt.Start(ctx); err != nil { ... }
//	defer rt.Stop(context.Background())
//	outcome, err := rt.Agents()[0].Handle(ctx, runtime.Message{Text: "hello"})
//
// A message passes through message.go (receive and save), decide.go (ask the
// model), act.go (run the actions) and reply.go (save and send the reply).
package runtime
