package core

import (
	"context"

	"github.com/google/uuid"
)

// RoomStore keeps rooms. To save, create or ensure one fills in its ID when
// that is zero.
type RoomStore interface {
	// SaveRoom inserts the room, or overwrites the one with the same id. One of
	// another agent is ErrConflict.
	SaveRoom(ctx context.Context, room *Room) error
	// CreateRooms inserts the rooms, all of them or none. An id that exists is
	// ErrConflict.
	CreateRooms(ctx context.Context, rooms ...*Room) error
	// EnsureRooms inserts those rooms whose id does not exist, all of them or
	// none, and says how many these were. The others stay as they are.
	EnsureRooms(ctx context.Context, rooms ...*Room) (created int, err error)
	// Room returns one room.
	Room(ctx context.Context, id uuid.UUID) (*Room, error)
	// RoomsByID returns the rooms with these ids, in their order and each once.
	// Ids that do not exist are left out.
	RoomsByID(ctx context.Context, ids []uuid.UUID) ([]*Room, error)
	// Rooms lists rooms, the oldest first.
	Rooms(ctx context.Context, query RoomQuery) ([]*Room, error)
	// CountRooms counts all that the query has, on all pages.
	CountRooms(ctx context.Context, query RoomQuery) (int, error)
	// UpdateRoom changes what the update sets and nothing else.
	UpdateRoom(ctx context.Context, id uuid.UUID, update RoomUpdate) error
	// DeleteRoom deletes the room and everything that belongs to it:
	// participants, memories, components, logs, tasks.
	DeleteRoom(ctx context.Context, id uuid.UUID) error
	// DeleteRoomsOfWorld deletes an agent's rooms of a world as DeleteRoom does,
	// all of them or none, and says how many there were. A zero agent stands
	// for all agents. A world that does not exist is ErrNotFound.
	DeleteRoomsOfWorld(ctx context.Context, agentID, worldID uuid.UUID) (int, error)
}

// RoomQuery says which rooms to list. Every field that is set narrows the
// result.
type RoomQuery struct {
	AgentID         uuid.UUID   // zero: any
	WorldID         uuid.UUID   // zero: any
	MessageServerID uuid.UUID   // zero: any
	EntityIDs       []uuid.UUID // rooms that any of these takes part in; empty: any
	Source          string      // empty: any
	ChannelID       string      // empty: any
	Type            ChannelType // empty: any
	After           uuid.UUID   // the last of the page before; zero: from the oldest
	Limit           int         // zero: 50
}

// RoomUpdate says what of a room to change. Nil leaves a field as it is.
type RoomUpdate struct {
	Name            *string
	Source          *string
	Type            *ChannelType // one that is Valid
	ChannelID       *string      // at most 1,000 bytes
	WorldID         *uuid.UUID   // to zero: none
	MessageServerID *uuid.UUID   // to zero: none
	// Metadata is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Metadata map[string]any
}
