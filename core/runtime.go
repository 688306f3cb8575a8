package core

import (
	"context"

	"github.com/google/uuid"
	"go.uber.org/zap"
)

// Runtime is the plugins' view of a running agent. All methods are safe for
// concurrent use.
type Runtime interface {
	// AgentID returns the id of the agent's character.
	AgentID() uuid.UUID
	// Character returns the agent's character, which is shared and must not be
	// modified.
	Character() *Character
	// Database returns the database, which all agents of the program share.
	// Inside a Database action it is the action's transaction.
	Database() Database
	// Logger returns a logger with the agent's name.
	Logger() *zap.Logger

	// Setting returns a setting by name, from the first of the character's
	// secrets, its settings and the environment that has it. ok is false if
	// none does, which distinguishes an unset value from "", "0" and "false".
	Setting(name string) (value string, ok bool)

	// Actions returns the registered actions whose Validate accepts the
	// message.
	Actions(ctx context.Context, message *Memory) []Action
	// Providers returns all registered providers, ordered by position.
	Providers() []Provider

	// ComposeState calls the providers for a message. A provider that fails is
	// omitted; an unknown name in options is an error.
	ComposeState(ctx context.Context, message *Memory, options StateOptions) (*State, error)
	// Prompt renders a named template, the character's or else the default one,
	// with the values of a state. Placeholders without a value and unknown
	// templates are empty.
	Prompt(template string, message *Memory, state *State) string

	// Traits returns what the text model of the type can do. It returns
	// ErrNoModel if there is none.
	Traits(model ModelType) (Traits, error)
	// Generate calls the text model of the type. It returns ErrNoModel if there
	// is none, and ErrInTransaction inside a Database action.
	Generate(ctx context.Context, model ModelType, request TextRequest) (*TextResponse, error)
	// Embed calls the embedding model. It returns ErrNoModel if there is none,
	// and ErrInTransaction inside a Database action.
	Embed(ctx context.Context, text string) ([]float32, error)
}

// StateOptions selects providers. The zero value selects all except private and
// dynamic ones.
type StateOptions struct {
	// Include adds providers by name, private and dynamic ones as well.
	Include []string
	// Only restricts the call to the providers in Include.
	Only bool
	// Results are passed to the providers, and their Values are merged into the
	// state.
	Results []ActionResult
}
