// Package runtime runs agents: it opens the database, brings the tables of
// core and of every plugin up to date, registers what the plugins offer, and
// carries a message from its arrival to the saved reply.
//
// Programs usually start it through package runtime/cli. To embed it:
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
// The way of a message is told file by file: message.go takes it in,
// decide.go asks the model what to do, act.go runs the actions, reply.go
// saves and passes on what the agent says.
package runtime
