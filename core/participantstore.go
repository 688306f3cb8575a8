package core

import (
	"context"

	"github.com/google/uuid"
)

// ParticipantStore keeps who is in which room.
type ParticipantStore interface {
	// AddParticipant puts an entity into a room. To add it again changes
	// nothing. A zero id is an error, one that does not exist is ErrNotFound.
	AddParticipant(ctx context.Context, key ParticipantKey) error
	// AddParticipants is AddParticipant for several entities, all of them or
	// none, and says how many were not in the room: 0 where none are given.
	AddParticipants(ctx context.Context, agentID, roomID uuid.UUID, entityIDs ...uuid.UUID) (added int, err error)
	// RemoveParticipant takes an entity out of a room. One that is not in it is
	// ErrNotFound.
	RemoveParticipant(ctx context.Context, key ParticipantKey) error
	// IsParticipant says whether an entity is in a room. A room that does not
	// exist has nobody in it.
	IsParticipant(ctx context.Context, key ParticipantKey) (bool, error)
	// Participants returns the entities of a room, the longest there first, all
	// of them and without components. For rooms with very many, Entities with
	// a RoomID has pages. A room, or an agent, that does not exist is
	// ErrNotFound.
	Participants(ctx context.Context, agentID, roomID uuid.UUID) ([]*Entity, error)
	// Participations lists who is in which room, the longest there first.
	Participations(ctx context.Context, query ParticipantQuery) ([]*Participant, error)
	// CountParticipations counts all that the query has, on all pages.
	CountParticipations(ctx context.Context, query ParticipantQuery) (int, error)
	// ParticipantState returns the state of an entity in a room. One that is
	// not in it is ErrNotFound.
	ParticipantState(ctx context.Context, key ParticipantKey) (ParticipantState, error)
	// SetParticipantState sets it. One that is not in the room is ErrNotFound; a
	// state that is not Valid is an error.
	SetParticipantState(ctx context.Context, key ParticipantKey, state ParticipantState) error
}

// ParticipantQuery says which participants to list. Every field that is set
// narrows the result.
type ParticipantQuery struct {
	AgentID  uuid.UUID         // zero: any
	RoomID   uuid.UUID         // zero: any
	EntityID uuid.UUID         // zero: any
	State    *ParticipantState // nil: any
	// After is the last of the page before; nil: from the longest there.
	After *Participant
	Limit int // zero: 50
}
