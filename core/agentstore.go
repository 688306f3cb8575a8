package core

import (
	"context"

	"github.com/google/uuid"
)

// AgentStore keeps agents.
type AgentStore interface {
	// SaveAgent inserts the agent, or overwrites the one with the same id. Name
	// is required, and ID is filled in from it when it is zero.
	// Secrets are encrypted at rest; to save some without the setting
	// SECRET_SALT is an error. Those in the setting "secrets" are secrets too,
	// and come back with the others.
	SaveAgent(ctx context.Context, agent *Agent) error
	// CreateAgent inserts the agent as SaveAgent does. An id that exists is
	// ErrConflict.
	CreateAgent(ctx context.Context, agent *Agent) error
	// EnsureAgent inserts the agent unless its id exists, and returns what is
	// stored under it then.
	EnsureAgent(ctx context.Context, agent *Agent) (*Agent, error)
	// Agent returns the agent with its secrets decrypted. Those that cannot be,
	// as with another SECRET_SALT than they were saved with, are an error.
	Agent(ctx context.Context, id uuid.UUID) (*Agent, error)
	// Agents lists agents, the oldest first.
	Agents(ctx context.Context, query AgentQuery) ([]*AgentSummary, error)
	// CountAgents counts all that the query has, on all pages.
	CountAgents(ctx context.Context, query AgentQuery) (int, error)
	// UpdateAgent changes what the update sets and nothing else. Of several
	// updates at once none is lost.
	UpdateAgent(ctx context.Context, id uuid.UUID, update AgentUpdate) error
	// DeleteAgent deletes the agent and everything that belongs to it: worlds,
	// rooms, entities, memories, and so on.
	DeleteAgent(ctx context.Context, id uuid.UUID) error
	// DeleteAllAgents deletes all agents, with everything that belongs to
	// them, and says how many there were.
	DeleteAllAgents(ctx context.Context) (int, error)
}

// AgentQuery says which agents to list. Every field that is set narrows the
// result.
type AgentQuery struct {
	Name    string    // exact; empty: any
	Enabled *bool     // nil: any
	After   uuid.UUID // the last of the page before; zero: from the oldest
	Limit   int       // zero: 50
}

// AgentUpdate says what of an agent to change. Nil leaves a field as it is, and
// an empty list empties it.
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
	// Settings are merged into those that are stored, as a JSON merge patch
	// (RFC 7396): objects deeply, anything else replaces, null deletes. The
	// setting "secrets" is merged into the secrets.
	Settings map[string]any
	// Secrets replace those of the same name; nil deletes one.
	Secrets map[string]*string
}
