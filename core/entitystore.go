package core

import (
	"context"

	"github.com/google/uuid"
)

// EntityStore keeps entities. To save, create or ensure one fills in its ID when
// that is zero.
type EntityStore interface {
	// SaveEntity inserts the entity, or overwrites the one with the same id. One
	// of another agent is ErrConflict.
	SaveEntity(ctx context.Context, entity *Entity) error
	// CreateEntities inserts the entities, all of them or none. An id that
	// exists is ErrConflict.
	CreateEntities(ctx context.Context, entities ...*Entity) error
	// EnsureEntities inserts those entities whose id does not exist, all of
	// them or none, and says how many these were. The others stay as they are.
	EnsureEntities(ctx context.Context, entities ...*Entity) (created int, err error)
	// Entity returns one entity, without its components.
	Entity(ctx context.Context, id uuid.UUID) (*Entity, error)
	// EntitiesByID returns the entities with these ids and their components, in
	// the order of the ids and each once. Ids that do not exist are left out.
	EntitiesByID(ctx context.Context, ids []uuid.UUID) ([]*Entity, error)
	// Entities lists entities, the oldest first.
	Entities(ctx context.Context, query EntityQuery) ([]*Entity, error)
	// CountEntities counts all that the query has, on all pages.
	CountEntities(ctx context.Context, query EntityQuery) (int, error)
	// UpdateEntity changes what the update sets and nothing else.
	UpdateEntity(ctx context.Context, id uuid.UUID, update EntityUpdate) error
	// DeleteEntity deletes the entity and everything that hangs on it: its
	// components and those that came from it, its relationships in both
	// directions, its places in rooms, the memories and logs of it.
	DeleteEntity(ctx context.Context, id uuid.UUID) error
}

// EntityQuery says which entities to list. Every field that is set narrows the
// result.
type EntityQuery struct {
	AgentID uuid.UUID // zero: any
	// RoomID keeps the entities that take part in the room, as AgentID knows it,
	// or, with AgentID zero, as any agent does. Zero: any.
	RoomID uuid.UUID
	// Names keeps the entities of which one name is exactly one of these.
	// Empty: any.
	Names []string
	// Search keeps the entities of which one name contains this text, in upper
	// or lower case; no character of it has a special meaning. Empty: any.
	Search string
	// Components asks for the components of the entities, too.
	Components bool
	After      uuid.UUID // the last of the page before; zero: from the oldest
	Limit      int       // zero: 50
}

// EntityUpdate says what of an entity to change. Nil leaves a field as it is.
type EntityUpdate struct {
	Names []string // each at most 1,000 bytes; empty: no names
	// Metadata is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Metadata map[string]any
}
