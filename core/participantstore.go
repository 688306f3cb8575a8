package core

import (
	"context"

	"github.com/google/uuid"
)

// ParticipantStore stores the participants of rooms.
type ParticipantStore interface {
	// AddParticipant adds an entity to a room. Adding it again is a no-op. A
	// zero id is an error; an id that does not exist is ErrNotFound.
	AddParticipant(ctx context.Context, key ParticipantKey) error
	// AddParticipants adds several entities, all or none, and returns how many
	// were not in the room before.
	AddParticipants(ctx context.Context, agentID, roomID uuid.UUID, entityIDs ...uuid.UUID) (added int, err error)
	// RemoveParticipant removes an entity from a room. It returns ErrNotFound
	// if the entity is not in the room.
	RemoveParticipant(ctx context.Context, key ParticipantKey) error
	// IsParticipant reports whether an entity is in a room; false if the room
	// does not exist.
	IsParticipant(ctx context.Context, key ParticipantKey) (bool, error)
	// Participants returns all entities of a room, longest member first,
	// without components. For very large rooms, use Entities with a RoomID,
	// which has pages. It returns ErrNotFound if the room or agent does not
	// exist.
	Participants(ctx context.Context, agentID, roomID uuid.UUID) ([]*Entity, error)
	// Participations lists participants, longest member first.
	Participations(ctx context.Context, query ParticipantQuery) ([]*Participant, error)
	// CountParticipations returns the number of rows that match the query,
	// ignoring After and Limit.
	CountParticipations(ctx context.Context, query ParticipantQuery) (int, error)
	// ParticipantState returns the state of an entity in a room. It returns
	// ErrNotFound if the entity is not in the room.
	ParticipantState(ctx context.Context, key ParticipantKey) (ParticipantState, error)
	// SetParticipantState sets the state of an entity in a room. It returns
	// ErrNotFound if the entity is not in the room, and an error if the state
	// is not Valid.
	SetParticipantState(ctx context.Context, key ParticipantKey, state ParticipantState) error
}

// ParticipantQuery selects participants. Each field that is set narrows the
// result.
type ParticipantQuery struct {
	AgentID  uuid.UUID         // zero: any
	RoomID   uuid.UUID         // zero: any
	EntityID uuid.UUID         // zero: any
	State    *ParticipantState // nil: any
	// After is the last of the previous page; nil: from the longest member.
	After *Participant
	Limit int // zero: 50
}
