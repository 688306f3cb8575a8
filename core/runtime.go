package core

import (
	"context"

	"github.com/google/uuid"
	"go.uber.org/zap"
)

// Runtime is one running agent, as its plugins see it. All methods are safe
// for concurrent use.
type Runtime interface {
	AgentID() uuid.UUID
	// Character is shared; it must not be changed.
	Character() *Character
	Database() Database
	// Logger carries the agent's name.
	Logger() *zap.Logger

	// Setting returns a setting by name: from the character's secrets, its
	// settings, or the environment, the first that has it. ok is false when
	// none does, so that "", "0" and "false" can be told from nothing.
	Setting(name string) (value string, ok bool)

	// Actions are those offered for a message: registered, and validated.
	Actions(ctx context.Context, message *Memory) []Action
	// Providers are all registered ones, ordered by position.
	Providers() []Provider

	// ComposeState asks the providers about a message.
	ComposeState(ctx context.Context, message *Memory, options StateOptions) (*State, error)
	// Prompt fills a named template, the character's own or the default one,
	// with the values of a state.
	Prompt(template string, message *Memory, state *State) string

	// Generate calls the text model that serves the type. No model is
	// ErrNoModel.
	Generate(ctx context.Context, model ModelType, request TextRequest) (*TextResponse, error)
	// Embed calls the embedding model. No model is ErrNoModel.
	Embed(ctx context.Context, text string) ([]float32, error)
}

// StateOptions says which providers to ask. The zero value asks all but the
// private and dynamic ones.
type StateOptions struct {
	// Include adds providers by name, also private and dynamic ones.
	Include []string
	// Only asks those of Include and no others.
	Only bool
	// Results are passed on to the providers.
	Results []ActionResult
}
