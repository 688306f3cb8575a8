package core

import (
	"time"

	"github.com/google/uuid"
)

// Component is data attached to an entity by type: a profile, an account on a
// platform, what another entity thinks of it.
type Component struct {
	// ID is given by the database adapter when it is zero.
	ID uuid.UUID
	// EntityID is whom the data is about; required.
	EntityID uuid.UUID
	// AgentID is the agent that keeps the data; required.
	AgentID uuid.UUID
	// RoomID is where the data came up; required.
	RoomID uuid.UUID
	// WorldID is the world that the data holds in. Zero: everywhere.
	WorldID uuid.UUID
	// SourceEntityID is who the data came from. Zero: nobody in particular.
	SourceEntityID uuid.UUID
	// Type is the name that the data is found by; required. Several components
	// of one entity may have the same. It may have 1,000 bytes.
	Type string
	// Data is any JSON. It is never nil when it was read.
	Data map[string]any
	// CreatedAt is set to the present by the adapter when it is zero. Its year
	// is 1 to 9999; it is kept to the microsecond.
	CreatedAt time.Time
	// UpdatedAt is set in what is read. The adapter gives it at every write,
	// whatever it is in what is saved.
	UpdatedAt time.Time
}
