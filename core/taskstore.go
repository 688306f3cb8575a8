package core

import (
	"context"

	"github.com/google/uuid"
)

// TaskStore stores tasks.
type TaskStore interface {
	// CreateTask saves a task and sets ID, CreatedAt and UpdatedAt if they are
	// zero. It returns ErrConflict if the id exists, and ErrNotFound if the
	// agent, room, world or entity does not.
	CreateTask(ctx context.Context, task *Task) error
	// Task returns one task.
	Task(ctx context.Context, id uuid.UUID) (*Task, error)
	// Tasks lists tasks, oldest first.
	Tasks(ctx context.Context, query TaskQuery) ([]*Task, error)
	// UpdateTask changes a task atomically: concurrent updates of different
	// metadata keys do not overwrite each other. It sets UpdatedAt.
	UpdateTask(ctx context.Context, id uuid.UUID, change TaskUpdate) error
	// DeleteTask deletes a task.
	DeleteTask(ctx context.Context, id uuid.UUID) error
}

// TaskQuery selects tasks. Each field that is set narrows the result.
type TaskQuery struct {
	AgentID  uuid.UUID // required
	Name     string    // empty: any
	RoomID   uuid.UUID // zero: any
	WorldID  uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	Tags     []string  // a task must have all of them; empty: any
	After    uuid.UUID // last id of the previous page; zero: from the oldest
	Limit    int       // zero: 50
	Offset   int       // zero: from the oldest
}

// TaskUpdate is a partial update of a task. A nil field stays as it is.
type TaskUpdate struct {
	Name        *string // 1 to 1,000 bytes
	Description *string
	// RoomID, WorldID and EntityID detach the task if they point to the zero
	// id.
	RoomID   *uuid.UUID
	WorldID  *uuid.UUID
	EntityID *uuid.UUID
	// Tags replaces the whole list, Metadata the whole object.
	Tags     *[]string
	Metadata *map[string]any
	// MergeMetadata sets these keys of the metadata, keeps the others, and
	// removes keys whose value is nil. Nested objects are replaced, not merged.
	// Together with Metadata it is ErrInvalid.
	MergeMetadata map[string]any
}
