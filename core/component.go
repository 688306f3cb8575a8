package core

import (
	"time"

	"github.com/google/uuid"
)

// Component is typed data attached to an entity: a profile, an account on a
// platform, another entity's opinion of it.
type Component struct {
	// ID is assigned by the adapter if it is zero.
	ID uuid.UUID
	// EntityID is the entity that the data describes; required.
	EntityID uuid.UUID
	// AgentID is the agent that owns the data; required.
	AgentID uuid.UUID
	// RoomID is the room that the data comes from; required.
	RoomID uuid.UUID
	// WorldID is the world that the data applies to. Zero: all worlds.
	WorldID uuid.UUID
	// SourceEntityID is the entity that the data comes from. Zero: none.
	SourceEntityID uuid.UUID
	// Type identifies the kind of data, in at most 1,000 bytes; required. An
	// entity may have several components of one type.
	Type string
	// Data is any JSON object. It is never nil when read from the database.
	Data map[string]any
	// CreatedAt is set by the adapter to the current time if it is zero. Its
	// year must be 1 to 9999; it is stored to the microsecond.
	CreatedAt time.Time
	// UpdatedAt is set by the adapter at every write; the caller's value is
	// ignored.
	UpdatedAt time.Time
}
