package core

import (
	"time"

	"github.com/google/uuid"
)

// Task is work to be done later, once or again and again, by the task worker
// of its name. A task about a room, world or entity goes when that goes.
type Task struct {
	// ID is given by the database adapter when it is zero.
	ID      uuid.UUID
	AgentID uuid.UUID // required
	// Name says which worker does it, in at most 1,000 bytes; required.
	Name        string
	Description string    // may be empty
	RoomID      uuid.UUID // zero: about no room
	WorldID     uuid.UUID // zero: about no world
	EntityID    uuid.UUID // zero: about nobody
	// Tags group tasks; each has at most 1,000 bytes. In what is read it is never nil.
	Tags []string
	// Metadata is whatever the worker keeps. In what is read it is never nil.
	Metadata map[string]any
	// CreatedAt is set to the present by CreateTask when it is zero, UpdatedAt
	// to CreatedAt; UpdateTask sets UpdatedAt. Years are 1 to 9999; both are kept
	// to the microsecond.
	CreatedAt time.Time
	UpdatedAt time.Time
}
