package core

import (
	"time"

	"github.com/google/uuid"
)

// Agent is a Character as the database keeps it. Templates are part of the
// program: they are not kept.
type Agent struct {
	Character
	// Enabled says whether the agent is to run. It is saved as it is: the zero
	// value saves an agent that is not.
	Enabled bool
	// CreatedAt and UpdatedAt are set in what is read. The adapter gives them,
	// whatever they are in what is saved.
	CreatedAt time.Time
	UpdatedAt time.Time
}

// AgentSummary is what a list of agents says of each.
type AgentSummary struct {
	ID        uuid.UUID
	Name      string
	Username  string
	Bio       Lines
	Enabled   bool
	CreatedAt time.Time
	UpdatedAt time.Time
}
