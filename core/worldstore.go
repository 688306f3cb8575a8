package core

import (
	"context"

	"github.com/google/uuid"
)

// WorldStore keeps worlds. To save, create or ensure one fills in its ID when
// that is zero.
type WorldStore interface {
	// SaveWorld inserts the world, or overwrites the one with the same id. One
	// of another agent is ErrConflict.
	SaveWorld(ctx context.Context, world *World) error
	// CreateWorld inserts the world. An id that exists is ErrConflict.
	CreateWorld(ctx context.Context, world *World) error
	// EnsureWorld inserts the world unless its id exists, and says whether it
	// did.
	EnsureWorld(ctx context.Context, world *World) (created bool, err error)
	// World returns one world.
	World(ctx context.Context, id uuid.UUID) (*World, error)
	// Worlds lists worlds, the oldest first.
	Worlds(ctx context.Context, query WorldQuery) ([]*World, error)
	// CountWorlds counts all that the query has, on all pages.
	CountWorlds(ctx context.Context, query WorldQuery) (int, error)
	// UpdateWorld changes what the update sets and nothing else.
	UpdateWorld(ctx context.Context, id uuid.UUID, update WorldUpdate) error
	// DeleteWorld deletes the world, with the components and tasks that belong
	// to it alone. Its rooms and memories stay, in no world: DeleteRoomsOfWorld
	// deletes those.
	DeleteWorld(ctx context.Context, id uuid.UUID) error
}

// WorldQuery says which worlds to list. Every field that is set narrows the
// result.
type WorldQuery struct {
	AgentID         uuid.UUID // zero: any
	MessageServerID uuid.UUID // zero: any
	Name            string    // exact; empty: any
	After           uuid.UUID // the last of the page before; zero: from the oldest
	Limit           int       // zero: 50
}

// WorldUpdate says what of a world to change. Nil leaves a field as it is.
type WorldUpdate struct {
	Name            *string
	MessageServerID *uuid.UUID // to zero: none
	// Metadata is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Metadata map[string]any
}
