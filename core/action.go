package core

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/google/uuid"
)

// Action is an operation that an agent can perform. Models see it as a tool,
// and choose it by name and description. NewAction makes one with typed
// arguments.
type Action struct {
	// Name is upper case with underscores, such as STORE_USER_PREFERENCES:
	// [A-Z0-9_], at most 64 characters; required. A second action with the same
	// name is skipped with a warning.
	Name string
	// Description explains to the model when to choose the action; required.
	Description string
	// Similes are other names that a model may give the action.
	Similes []string
	// Examples are conversations in which the action is the right choice. The
	// model sees them with the description.
	Examples [][]ExampleLine

	// Args describes the arguments, an object. Nil: the action has none. The
	// runtime calls Handle only with arguments that fit; the model is told why
	// others do not.
	Args *jsonschema.Schema
	// Effect says what Handle does, and so what may be repeated. The zero value
	// is EffectOnce.
	Effect Effect
	// Timeout limits Handle, which has to return when its context is done. Zero:
	// 30 seconds for an action with EffectDatabase, whose session the server
	// ends after that, as it holds locks; no limit for others.
	Timeout time.Duration

	// Validate reports whether the action is offered for a message. The call
	// has Runtime, Message and Database alone. Nil: always.
	Validate func(ctx context.Context, call ActionCall) (bool, error)

	// Handle performs the action; required. An error ends only this action:
	// later actions still run and find the error among the results.
	Handle func(ctx context.Context, call ActionCall) (*ActionResult, error)
}

// Effect is what an action does to the world.
type Effect string

// The effects.
const (
	// EffectOnce is anything else: the action is never repeated by the runtime.
	EffectOnce Effect = ""
	// EffectRead changes nothing, so that it may be repeated.
	EffectRead Effect = "read"
	// EffectIdempotent may be repeated with the same ActionCall.ID, which Handle
	// passes on to the service that it calls.
	EffectIdempotent Effect = "idempotent"
	// EffectDatabase writes through ActionCall.Database alone, which is a
	// transaction: all that Handle writes is committed when it succeeds, and
	// nothing otherwise. Handle runs again, up to three times in all, if the
	// transaction conflicts with another one. What it says to the user is said
	// after the commit. It must not ask a model: Generate, Embed and Object
	// return ErrInTransaction, since an answer takes longer than locks may be
	// held.
	EffectDatabase Effect = "database"
)

// ActionCall holds the arguments of Action.Handle.
type ActionCall struct {
	// ID identifies the call: the same one has the same ID when it is repeated.
	ID uuid.UUID
	// Runtime is the agent. With EffectDatabase its Database is the transaction,
	// too.
	Runtime Runtime
	// Database is where the action reads and writes: the transaction, with
	// EffectDatabase, else Runtime.Database. Make repositories from it, in each
	// call.
	Database Database
	// Message is the message being answered.
	Message *Memory
	// Args is the JSON object of the arguments, which fits Action.Args.
	Args json.RawMessage
	// Response is the model's decision for this message.
	Response Content
	// State holds the providers' results, and the values of earlier actions.
	State *State
	// Previous holds the results of earlier actions, in order.
	Previous []ActionResult
	// Stream forwards a chunk of a reply that is still being generated. The
	// chunks belong to the next call of Reply, whose text must contain them.
	// With EffectDatabase it does nothing. Never nil.
	Stream func(ctx context.Context, chunk string) error
	// Reply sends content to the user and saves it, with EffectDatabase
	// after the commit. Never nil.
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
