package core

import "github.com/google/uuid"

// World is a group of rooms: a Discord server, a workspace, the terminal.
type World struct {
	// ID is assigned by the adapter if it is zero.
	ID uuid.UUID
	// AgentID is the agent that knows the world; required.
	AgentID uuid.UUID
	// Name may be empty.
	Name string
	// MessageServerID is the world's message server. Zero: none. It need not
	// exist in the database.
	MessageServerID uuid.UUID
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
}
