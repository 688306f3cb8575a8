package core

import (
	"context"

	"github.com/google/uuid"
)

// AgentStore stores agents.
type AgentStore interface {
	// SaveAgent inserts the agent, or overwrites the row with the same id. Name
	// is required; a zero ID is derived from it. Secrets are encrypted at rest;
	// saving secrets without the setting SECRET_SALT is an error. Values under
	// the setting "secrets" are treated as secrets and returned with them; so,
	// with SECRET_SALT, are texts under names of keys, such as OPENAI_API_KEY
	// and discordToken.
	SaveAgent(ctx context.Context, agent *Agent) error
	// CreateAgent inserts the agent as SaveAgent does. It returns ErrConflict
	// if the id exists.
	CreateAgent(ctx context.Context, agent *Agent) error
	// EnsureAgent inserts the agent unless its id exists, and returns the
	// stored agent.
	EnsureAgent(ctx context.Context, agent *Agent) (*Agent, error)
	// Agent returns the agent with its secrets decrypted. It returns an error
	// if they cannot be decrypted, such as with another SECRET_SALT.
	Agent(ctx context.Context, id uuid.UUID) (*Agent, error)
	// Agents lists agents, oldest first.
	Agents(ctx context.Context, query AgentQuery) ([]*AgentSummary, error)
	// CountAgents returns the number of rows that match the query, ignoring
	// After and Limit.
	CountAgents(ctx context.Context, query AgentQuery) (int, error)
	// UpdateAgent changes only the fields that the update sets. Concurrent
	// updates do not overwrite each other.
	UpdateAgent(ctx context.Context, id uuid.UUID, update AgentUpdate) error
	// DeleteAgent deletes the agent and everything that belongs to it: worlds,
	// rooms, entities, memories, and so on. It returns ErrConflict, and deletes
	// nothing, while rows of other agents refer to those, other than
	// participations.
	DeleteAgent(ctx context.Context, id uuid.UUID) error
	// DeleteAllAgents deletes all agents and everything that belongs to them,
	// and returns the number of agents deleted.
	DeleteAllAgents(ctx context.Context) (int, error)
}

// AgentQuery selects agents. Each field that is set narrows the result.
type AgentQuery struct {
	Name    string    // exact; empty: any
	Enabled *bool     // nil: any
	After   uuid.UUID // last id of the previous page; zero: from the oldest
	Limit   int       // zero: 50
}

// AgentUpdate is a partial update of an agent. A nil field stays as it is; an
// empty list clears it.
type AgentUpdate struct {
	Enabled         *bool
	Name            *string // not empty
	Username        *string
	System          *string
	Bio             Lines
	MessageExamples [][]ExampleLine
	PostExamples    []string
	Topics          []string
	Adjectives      []string
	Knowledge       []Knowledge
	Plugins         []string
	Style           *Style
	// Settings are merged into the stored ones as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. The setting "secrets" is merged into the secrets.
	Settings map[string]any
	// Secrets replace stored secrets of the same name; a nil value deletes one.
	Secrets map[string]*string
}
