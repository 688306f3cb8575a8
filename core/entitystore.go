package core

import (
	"context"

	"github.com/google/uuid"
)

// EntityStore keeps entities and who of them is in which room.
type EntityStore interface {
	// SaveEntity inserts the entity, or overwrites the one with the same id.
	SaveEntity(ctx context.Context, entity *Entity) error
	// Entity returns one entity.
	Entity(ctx context.Context, id uuid.UUID) (*Entity, error)
	// AddParticipant puts an entity into a room. To add it again changes
	// nothing.
	AddParticipant(ctx context.Context, agentID, roomID, entityID uuid.UUID) error
	// Participants returns the entities of a room, the longest there first.
	Participants(ctx context.Context, agentID, roomID uuid.UUID) ([]*Entity, error)
}
