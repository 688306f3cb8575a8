package core

import "github.com/google/uuid"

// Entity is a person or thing known to an agent: a user, another agent, the
// agent itself.
type Entity struct {
	// ID is assigned by the adapter if it is zero.
	ID uuid.UUID
	// AgentID is the agent that knows the entity; required.
	AgentID uuid.UUID
	// Names holds the entity's names, the preferred one first, each at most
	// 1,000 bytes.
	Names []string
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
	// Components are set by queries that ask for them, oldest first. Saving an
	// entity does not save them.
	Components []*Component
}

// Name returns the entity's first name, or "" when it has none.
func (e *Entity) Name() string {
	if len(e.Names) == 0 {
		return ""
	}
	return e.Names[0]
}
