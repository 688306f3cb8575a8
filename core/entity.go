package core

import "github.com/google/uuid"

// Entity is somebody or something that an agent knows: a user, another agent,
// the agent itself.
type Entity struct {
	// ID is given by the database adapter when it is zero.
	ID uuid.UUID
	// AgentID is the agent that knows the entity; required.
	AgentID uuid.UUID
	// Names is always a list; the first is the one to call it by. Each may have
	// 1,000 bytes.
	Names []string
	// Metadata is any JSON. It is never nil when it was read.
	Metadata map[string]any
	// Components are filled in by a query that asks for them, the oldest
	// first. To save an entity does not save them.
	Components []*Component
}

// Name returns the entity's first name, or "" when it has none.
func (e *Entity) Name() string {
	if len(e.Names) == 0 {
		return ""
	}
	return e.Names[0]
}
