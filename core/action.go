package core

import "context"

// Action is something that an agent can do. The model chooses actions by name
// and description; the runtime runs them in the order chosen.
type Action struct {
	// Name is in capitals with underscores, as STORE_USER_PREFERENCES;
	// required. A second action with the same name is skipped, with a warning.
	Name string
	// Description tells the model when to choose the action; required.
	Description string
	// Similes are other names that a model may give the action.
	Similes []string
	// Examples are conversations in which the action was the right choice.
	Examples [][]ExampleLine

	// Validate says whether the action is offered for a message. Nil: always.
	Validate func(ctx context.Context, rt Runtime, message *Memory) (bool, error)

	// Handle does the work; required. An error ends this action alone: the
	// next ones run, and see it among the results.
	Handle func(ctx context.Context, call ActionCall) (*ActionResult, error)
}

// ActionCall is what an action is given.
type ActionCall struct {
	Runtime Runtime
	// Message is what is being answered.
	Message *Memory
	// Response is what the model decided for this message.
	Response Content
	// State is what the providers said, composed anew before each action.
	State *State
	// Previous are the results of the actions that ran before, in order.
	Previous []ActionResult
	// Stream passes on a piece of a reply that is still being written. The
	// pieces belong to the next call of Reply, which must have their text.
	// Never nil.
	Stream func(ctx context.Context, chunk string) error
	// Reply says something to the user, and saves it. Never nil.
	Reply func(ctx context.Context, content Content) error
}

// ActionResult is how an action ended.
type ActionResult struct {
	// Action is the action's name; the runtime fills it in.
	Action string
	// Text says in one sentence what was done, for the model and the logs.
	Text string
	// Values are merged into the state of later actions.
	Values map[string]any
	// Data is for later actions and is saved with the result.
	Data map[string]any
	// Err is why it failed. Nil: it succeeded.
	Err error
}
