package core

import (
	"time"

	"github.com/google/uuid"
)

// Agent is a Character as stored in the database. Templates belong to the
// program and are not stored.
type Agent struct {
	Character
	// Enabled reports whether the agent should run. The zero value saves a
	// disabled agent.
	Enabled bool
	// UnreadableSecrets are stored secrets that could not be decrypted, by name,
	// each with the reason and what to do. Secrets and Settings lack them, so that
	// an agent that has any is not saved as a whole, but changed with UpdateAgent.
	// The adapter sets it.
	UnreadableSecrets map[string]string
	// CreatedAt and UpdatedAt are set by the adapter; the caller's values are
	// ignored.
	CreatedAt time.Time
	UpdatedAt time.Time
}

// AgentSummary is one entry in a list of agents.
type AgentSummary struct {
	ID        uuid.UUID
	Name      string
	Username  string
	Bio       Lines
	Enabled   bool
	CreatedAt time.Time
	UpdatedAt time.Time
}
