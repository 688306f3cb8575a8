package core

import (
	"time"

	"github.com/google/uuid"
)

// RelationshipKey names the relationship from one entity to another, as an
// agent sees it. All three are required.
type RelationshipKey struct {
	AgentID  uuid.UUID
	SourceID uuid.UUID
	TargetID uuid.UUID
}

// Relationship says how one entity stands to another, as an agent sees it.
// There is at most one for source, target and agent; the way back is another
// one.
type Relationship struct {
	// ID is given by the database adapter when it is zero.
	ID uuid.UUID
	// AgentID is the agent that sees it so; required.
	AgentID uuid.UUID
	// SourceID and TargetID are the two entities; required.
	SourceID uuid.UUID
	TargetID uuid.UUID
	// Tags are never nil when they were read.
	Tags []string
	// Metadata is any JSON. It is never nil when it was read.
	Metadata map[string]any
	// CreatedAt is set to the present by the adapter when it is zero. Its year
	// is 1 to 9999; it is kept to the microsecond.
	CreatedAt time.Time
	// UpdatedAt is set in what is read. The adapter gives it at every write,
	// whatever it is in what is saved.
	UpdatedAt time.Time
}
