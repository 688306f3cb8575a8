package core

import (
	"time"

	"github.com/google/uuid"
)

// ParticipantState is how closely an agent follows a room on behalf of a
// participant.
type ParticipantState string

// The states of a participant, with elizaOS's names.
const (
	// ParticipantDefault is the default: neither followed nor muted.
	ParticipantDefault  ParticipantState = ""
	ParticipantFollowed ParticipantState = "FOLLOWED"
	ParticipantMuted    ParticipantState = "MUTED"
)

// Valid reports whether s is one of the states above.
func (s ParticipantState) Valid() bool {
	return s == ParticipantDefault || s == ParticipantFollowed || s == ParticipantMuted
}

// ParticipantKey identifies an entity in a room, as known to an agent. All
// fields are required.
type ParticipantKey struct {
	AgentID  uuid.UUID
	RoomID   uuid.UUID
	EntityID uuid.UUID
}

// Participant records that an entity is in a room, as known to an agent. There
// is at most one per entity, room and agent.
type Participant struct {
	AgentID  uuid.UUID
	RoomID   uuid.UUID
	EntityID uuid.UUID
	State    ParticipantState
	// CreatedAt is when the entity joined the room.
	CreatedAt time.Time
}
