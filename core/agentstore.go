package core

import (
	"context"

	"github.com/google/uuid"
)

// AgentStore keeps agents.
type AgentStore interface {
	// SaveAgent inserts the agent, or overwrites the one with the same id.
	// Secrets are encrypted at rest; to save some without the setting
	// SECRET_SALT is an error.
	SaveAgent(ctx context.Context, agent *Agent) error
	// Agent returns the agent with its secrets decrypted.
	Agent(ctx context.Context, id uuid.UUID) (*Agent, error)
}
