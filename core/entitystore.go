package core

import (
	"context"

	"github.com/google/uuid"
)

// EntityStore stores entities. Methods that insert set the ID if it is zero.
type EntityStore interface {
	// SaveEntity inserts the entity, or overwrites the row with the same id. It
	// returns ErrConflict if that row belongs to another agent.
	SaveEntity(ctx context.Context, entity *Entity) error
	// CreateEntities inserts the entities, all or none. It returns ErrConflict
	// if an id exists.
	CreateEntities(ctx context.Context, entities ...*Entity) error
	// EnsureEntities inserts the entities whose id does not exist, all or none,
	// and returns how many it inserted. Existing rows stay as they are.
	EnsureEntities(ctx context.Context, entities ...*Entity) (created int, err error)
	// Entity returns one entity, without its components.
	Entity(ctx context.Context, id uuid.UUID) (*Entity, error)
	// EntitiesByID returns the entities with these ids and the components that
	// their own agents gave them, in the order of the ids, without duplicates.
	// Unknown ids are skipped.
	EntitiesByID(ctx context.Context, ids []uuid.UUID) ([]*Entity, error)
	// Entities lists entities, oldest first.
	Entities(ctx context.Context, query EntityQuery) ([]*Entity, error)
	// CountEntities returns the number of rows that match the query, ignoring
	// After and Limit.
	CountEntities(ctx context.Context, query EntityQuery) (int, error)
	// UpdateEntity changes only the fields that the update sets.
	UpdateEntity(ctx context.Context, id uuid.UUID, update EntityUpdate) error
	// DeleteEntity acts for the entity's agent. It deletes the entity and
	// everything that belongs to it: components of and from it, relationships in
	// both directions, participations, memories and logs. It returns ErrConflict
	// as DeleteRoom does.
	DeleteEntity(ctx context.Context, id uuid.UUID) error
}

// EntityQuery selects entities. Each field that is set narrows the result.
type EntityQuery struct {
	AgentID uuid.UUID // zero: any
	// RoomID selects participants of the room as known to AgentID, or to any
	// agent if AgentID is zero. Zero: any.
	RoomID uuid.UUID
	// Names selects entities that have one of these exact names. Empty: any.
	Names []string
	// Search selects entities with a name that contains this text, ignoring
	// case; it is not a pattern. Empty: any.
	Search string
	// Components also loads the components of the entities, those of the
	// entity's own agent.
	Components bool
	After      uuid.UUID // last id of the previous page; zero: from the oldest
	Limit      int       // zero: 50
}

// EntityUpdate is a partial update of an entity. A nil field stays as it is.
type EntityUpdate struct {
	Names []string // each at most 1,000 bytes; empty: no names
	// Metadata is merged into the stored metadata as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. Concurrent updates do not overwrite each other.
	Metadata map[string]any
}
