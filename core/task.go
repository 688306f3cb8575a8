package core

import (
	"time"

	"github.com/google/uuid"
)

// Task is deferred work, once or repeatedly, for the task worker of its name.
// Deleting the room, world or entity of a task deletes the task.
type Task struct {
	// ID is assigned by the adapter if it is zero.
	ID      uuid.UUID
	AgentID uuid.UUID // required
	// Name is the name of the worker, in at most 1,000 bytes; required.
	Name        string
	Description string    // may be empty
	RoomID      uuid.UUID // zero: none
	WorldID     uuid.UUID // zero: none
	EntityID    uuid.UUID // zero: none
	// Tags group tasks, each in at most 1,000 bytes. It is never nil when read
	// from the database.
	Tags []string
	// Metadata holds data of the worker. It is never nil when read from the
	// database.
	Metadata map[string]any
	// CreatedAt is set by CreateTask to the current time if it is zero, and
	// UpdatedAt to CreatedAt if it is zero. UpdateTask sets UpdatedAt to the
	// current time. Years must be 1 to 9999; both are stored to the microsecond.
	CreatedAt time.Time
	UpdatedAt time.Time
}
