package core

import "context"

// Action is an operation that an agent can perform. The model chooses actions
// by name and description; the runtime runs them in the order chosen.
type Action struct {
	// Name is upper case with underscores, such as STORE_USER_PREFERENCES;
	// required. A second action with the same name is skipped with a warning.
	Name string
	// Description explains to the model when to choose the action; required.
	Description string
	// Similes are other names that a model may give the action.
	Similes []string
	// Examples are conversations in which the action is the right choice.
	Examples [][]ExampleLine

	// Validate reports whether the action is offered for a message. Nil:
	// always.
	Validate func(ctx context.Context, rt Runtime, message *Memory) (bool, error)

	// Handle performs the action; required. An error ends only this action:
	// later actions still run and find the error among the results.
	Handle func(ctx context.Context, call ActionCall) (*ActionResult, error)
}

// ActionCall holds the arguments of Action.Handle.
type ActionCall struct {
	Runtime Runtime
	// Message is the message being answered.
	Message *Memory
	// Response is the model's decision for this message.
	Response Content
	// State holds the providers' results, recomposed before each action.
	State *State
	// Previous holds the results of earlier actions, in order.
	Previous []ActionResult
	// Stream forwards a chunk of a reply that is still being generated. The
	// chunks belong to the next call of Reply, whose text must contain them.
	// Never nil.
	Stream func(ctx context.Context, chunk string) error
	// Reply sends content to the user and saves it. Never nil.
	Reply func(ctx context.Context, content Content) error
}

// ActionResult is the outcome of an action.
type ActionResult struct {
	// Action is the action's name, set by the runtime.
	Action string
	// Text describes in one sentence what was done, for the model and the logs.
	Text string
	// Values are merged into the state of later actions.
	Values map[string]any
	// Data is passed to later actions and saved with the result.
	Data map[string]any
	// Err is the reason for a failure. Nil: the action succeeded.
	Err error
}
