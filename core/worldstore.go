package core

import (
	"context"

	"github.com/google/uuid"
)

// WorldStore keeps worlds and their rooms.
type WorldStore interface {
	// SaveWorld inserts the world, or overwrites the one with the same id.
	SaveWorld(ctx context.Context, world *World) error
	// SaveRoom inserts the room, or overwrites the one with the same id.
	SaveRoom(ctx context.Context, room *Room) error
	// Room returns one room.
	Room(ctx context.Context, id uuid.UUID) (*Room, error)
}
