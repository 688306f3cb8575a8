package core

import (
	"context"

	"github.com/google/uuid"
)

// TaskStore keeps tasks.
type TaskStore interface {
	// CreateTask saves a task and fills in ID, CreatedAt and UpdatedAt where
	// they are zero. An id that exists is ErrConflict; an agent, room, world or
	// entity that does not is ErrNotFound.
	CreateTask(ctx context.Context, task *Task) error
	// Task returns one task.
	Task(ctx context.Context, id uuid.UUID) (*Task, error)
	// Tasks lists tasks, the oldest first.
	Tasks(ctx context.Context, query TaskQuery) ([]*Task, error)
	// UpdateTask changes a task in one step, so that of two who change
	// different keys of its metadata neither undoes the other. It sets UpdatedAt.
	UpdateTask(ctx context.Context, id uuid.UUID, change TaskUpdate) error
	// DeleteTask deletes a task.
	DeleteTask(ctx context.Context, id uuid.UUID) error
}

// TaskQuery says which tasks to list. Every field that is set narrows the
// result.
type TaskQuery struct {
	AgentID  uuid.UUID // required
	Name     string    // empty: any
	RoomID   uuid.UUID // zero: any
	WorldID  uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	Tags     []string  // a task must have all of them; empty: any
	After    uuid.UUID // the last of the page before; zero: from the oldest
	Limit    int       // zero: 50
	Offset   int       // zero: from the oldest
}

// TaskUpdate says what to change in a task. Nil leaves a field as it is.
type TaskUpdate struct {
	Name        *string // 1 to 1,000 bytes
	Description *string
	// RoomID, WorldID and EntityID, where they point to the zero id, take the
	// task away from what it was about.
	RoomID   *uuid.UUID
	WorldID  *uuid.UUID
	EntityID *uuid.UUID
	// Tags replaces the whole list, Metadata the whole object.
	Tags     *[]string
	Metadata *map[string]any
	// MergeMetadata sets these keys of the metadata and leaves the others, and
	// removes those that are nil here. Keys of objects inside are not merged: a
	// key is one thing that a worker keeps. Together with Metadata it is
	// ErrInvalid.
	MergeMetadata map[string]any
}
