package core

import (
	"context"

	"github.com/google/uuid"
)

// RoomStore stores rooms. Methods that insert set the ID if it is zero.
type RoomStore interface {
	// SaveRoom inserts the room, or overwrites the row with the same id. It
	// returns ErrConflict if that row belongs to another agent.
	SaveRoom(ctx context.Context, room *Room) error
	// CreateRooms inserts the rooms, all or none. It returns ErrConflict if an
	// id exists.
	CreateRooms(ctx context.Context, rooms ...*Room) error
	// EnsureRooms inserts the rooms whose id does not exist, all or none, and
	// returns how many it inserted. Existing rows stay as they are.
	EnsureRooms(ctx context.Context, rooms ...*Room) (created int, err error)
	// Room returns one room.
	Room(ctx context.Context, id uuid.UUID) (*Room, error)
	// RoomsByID returns the rooms with these ids, in their order, without
	// duplicates. Unknown ids are skipped.
	RoomsByID(ctx context.Context, ids []uuid.UUID) ([]*Room, error)
	// Rooms lists rooms, oldest first.
	Rooms(ctx context.Context, query RoomQuery) ([]*Room, error)
	// CountRooms returns the number of rows that match the query, ignoring
	// After and Limit.
	CountRooms(ctx context.Context, query RoomQuery) (int, error)
	// UpdateRoom changes only the fields that the update sets.
	UpdateRoom(ctx context.Context, id uuid.UUID, update RoomUpdate) error
	// DeleteRoom acts for the room's agent. It deletes the room and everything
	// that belongs to it: participants, memories, components, logs, tasks. It
	// returns ErrConflict, and deletes nothing, while rows of other agents refer
	// to the room, other than participations.
	DeleteRoom(ctx context.Context, id uuid.UUID) error
	// DeleteRoomsOfWorld deletes an agent's rooms of a world as DeleteRoom
	// does, all or none, and returns the number deleted. A zero agentID means
	// all agents: nothing is refused then, and rows of all agents in the rooms
	// are deleted. It returns ErrNotFound if the world does not exist.
	DeleteRoomsOfWorld(ctx context.Context, agentID, worldID uuid.UUID) (int, error)
}

// RoomQuery selects rooms. Each field that is set narrows the result.
type RoomQuery struct {
	AgentID         uuid.UUID   // zero: any
	WorldID         uuid.UUID   // zero: any
	MessageServerID uuid.UUID   // zero: any
	EntityIDs       []uuid.UUID // rooms that any of these takes part in; empty: any
	Source          string      // empty: any
	ChannelID       string      // empty: any
	Type            ChannelType // empty: any
	After           uuid.UUID   // last id of the previous page; zero: from the oldest
	Limit           int         // zero: 50
}

// RoomUpdate is a partial update of a room. A nil field stays as it is.
type RoomUpdate struct {
	Name            *string
	Source          *string
	Type            *ChannelType // must be Valid
	ChannelID       *string      // at most 1,000 bytes
	WorldID         *uuid.UUID   // to zero: none
	MessageServerID *uuid.UUID   // to zero: none
	// Metadata is merged into the stored metadata as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. Concurrent updates do not overwrite each other.
	Metadata map[string]any
}
