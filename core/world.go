package core

import "github.com/google/uuid"

// World is a place that holds rooms: a Discord server, a workspace, the
// terminal.
type World struct {
	// ID is given by the database adapter when it is zero.
	ID uuid.UUID
	// AgentID is the agent that knows the world; required.
	AgentID uuid.UUID
	// Name may be empty.
	Name string
	// MessageServerID is the message server that the world stands for. Zero:
	// none. It need not exist in the database.
	MessageServerID uuid.UUID
	// Metadata is any JSON. It is never nil when it was read.
	Metadata map[string]any
}
