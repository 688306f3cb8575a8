package core

import (
	"context"

	"github.com/google/uuid"
)

// WorldStore stores worlds. Methods that insert set the ID if it is zero.
type WorldStore interface {
	// SaveWorld inserts the world, or overwrites the row with the same id. It
	// returns ErrConflict if that row belongs to another agent.
	SaveWorld(ctx context.Context, world *World) error
	// CreateWorld inserts the world. It returns ErrConflict if the id exists.
	CreateWorld(ctx context.Context, world *World) error
	// EnsureWorld inserts the world unless its id exists, and reports whether
	// it did.
	EnsureWorld(ctx context.Context, world *World) (created bool, err error)
	// World returns one world.
	World(ctx context.Context, id uuid.UUID) (*World, error)
	// Worlds lists worlds, oldest first.
	Worlds(ctx context.Context, query WorldQuery) ([]*World, error)
	// CountWorlds returns the number of rows that match the query, ignoring
	// After and Limit.
	CountWorlds(ctx context.Context, query WorldQuery) (int, error)
	// UpdateWorld changes only the fields that the update sets.
	UpdateWorld(ctx context.Context, id uuid.UUID, update WorldUpdate) error
	// DeleteWorld acts for the world's agent. It deletes the world with its
	// components and tasks. Its rooms and memories stay, with WorldID zero;
	// DeleteRoomsOfWorld deletes them. It returns ErrConflict as
	// RoomStore.DeleteRoom does.
	DeleteWorld(ctx context.Context, id uuid.UUID) error
}

// WorldQuery selects worlds. Each field that is set narrows the result.
type WorldQuery struct {
	AgentID         uuid.UUID // zero: any
	MessageServerID uuid.UUID // zero: any
	Name            string    // exact; empty: any
	After           uuid.UUID // last id of the previous page; zero: from the oldest
	Limit           int       // zero: 50
}

// WorldUpdate is a partial update of a world. A nil field stays as it is.
type WorldUpdate struct {
	Name            *string
	MessageServerID *uuid.UUID // to zero: none
	// Metadata is merged into the stored metadata as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. Concurrent updates do not overwrite each other.
	Metadata map[string]any
}
