package core

import (
	"time"

	"github.com/google/uuid"
)

// ParticipantState says how closely an agent follows a room on behalf of a
// participant.
type ParticipantState string

// The states of a participant, as elizaOS names them.
const (
	// ParticipantDefault is neither of the others.
	ParticipantDefault  ParticipantState = ""
	ParticipantFollowed ParticipantState = "FOLLOWED"
	ParticipantMuted    ParticipantState = "MUTED"
)

// Valid reports that it is one of the states above.
func (s ParticipantState) Valid() bool {
	return s == ParticipantDefault || s == ParticipantFollowed || s == ParticipantMuted
}

// ParticipantKey names an entity in a room, as one agent knows it. All three
// are required.
type ParticipantKey struct {
	AgentID  uuid.UUID
	RoomID   uuid.UUID
	EntityID uuid.UUID
}

// Participant says that an entity is in a room, as one agent knows it. There
// is at most one for the three.
type Participant struct {
	AgentID  uuid.UUID
	RoomID   uuid.UUID
	EntityID uuid.UUID
	State    ParticipantState
	// CreatedAt is when the entity came into the room.
	CreatedAt time.Time
}
