package core

import (
	"time"

	"github.com/google/uuid"
)

// RelationshipKey identifies the relationship from one entity to another, as
// seen by an agent. All fields are required.
type RelationshipKey struct {
	AgentID  uuid.UUID
	SourceID uuid.UUID
	TargetID uuid.UUID
}

// Relationship is the relationship of one entity to another, as seen by an
// agent. There is at most one per source, target and agent; the reverse
// direction is a separate one.
type Relationship struct {
	// ID is assigned by the adapter if it is zero.
	ID uuid.UUID
	// AgentID is the agent that owns the relationship; required.
	AgentID uuid.UUID
	// SourceID and TargetID are the two entities; required.
	SourceID uuid.UUID
	TargetID uuid.UUID
	// Tags is never nil when read from the database.
	Tags []string
	// Metadata is any JSON object. It is never nil when read from the database.
	Metadata map[string]any
	// CreatedAt is set by the adapter to the current time if it is zero. Its
	// year must be 1 to 9999; it is stored to the microsecond.
	CreatedAt time.Time
	// UpdatedAt is set by the adapter at every write; the caller's value is
	// ignored.
	UpdatedAt time.Time
}
