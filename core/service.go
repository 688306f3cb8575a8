package core

import "context"

// Service is a part of a plugin that works beside the answering of messages: a
// connector to a platform, a scheduler, a server. Each agent that uses the
// plugin has its own.
type Service struct {
	// Name identifies the service in errors and in the log; required.
	Name string
	// Start begins the service for one agent; required. It is called after Init
	// of all plugins, once the agent can answer, and returns when the service
	// works: what runs longer runs in goroutines of its own. ctx is that of the
	// start, and is done soon after it. An error aborts the start of the program.
	//
	// stop ends the service and its goroutines, within ctx. It is called once,
	// before Plugin.Close, while the agent still answers messages and its
	// database is open. Nil: there is nothing to end.
	Start func(ctx context.Context, rt Runtime) (stop func(ctx context.Context) error, err error)
}
