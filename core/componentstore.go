package core

import (
	"context"

	"github.com/google/uuid"
)

// ComponentStore keeps components of entities. To save or create one fills in its
// ID and CreatedAt where they are zero.
type ComponentStore interface {
	// SaveComponent inserts the component, or overwrites the one with the same
	// id, all but CreatedAt, which it sets to that of the row. One of another
	// agent is ErrConflict.
	SaveComponent(ctx context.Context, component *Component) error
	// CreateComponent inserts the component. An id that exists is ErrConflict.
	CreateComponent(ctx context.Context, component *Component) error
	// Component returns one component.
	Component(ctx context.Context, id uuid.UUID) (*Component, error)
	// FindComponent returns the oldest component that the query has, and
	// ErrNotFound when there is none. It does not look at Limit.
	FindComponent(ctx context.Context, query ComponentQuery) (*Component, error)
	// Components lists components, the oldest first.
	Components(ctx context.Context, query ComponentQuery) ([]*Component, error)
	// CountComponents counts all that the query has, on all pages.
	CountComponents(ctx context.Context, query ComponentQuery) (int, error)
	// UpdateComponent changes what the update sets and nothing else.
	UpdateComponent(ctx context.Context, id uuid.UUID, update ComponentUpdate) error
	// DeleteComponent deletes one component.
	DeleteComponent(ctx context.Context, id uuid.UUID) error
}

// ComponentQuery says which components to list. Every field that is set narrows
// the result.
type ComponentQuery struct {
	EntityID       uuid.UUID // zero: any
	AgentID        uuid.UUID // zero: any
	RoomID         uuid.UUID // zero: any
	WorldID        uuid.UUID // zero: any, and those of no world
	SourceEntityID uuid.UUID // zero: any, and those of no source
	Type           string    // empty: any
	After          uuid.UUID // the last of the page before; zero: from the oldest
	Limit          int       // zero: 50
}

// ComponentUpdate says what of a component to change. Nil leaves a field as it
// is.
type ComponentUpdate struct {
	Type           *string    // 1 to 1,000 bytes
	WorldID        *uuid.UUID // to zero: none
	SourceEntityID *uuid.UUID // to zero: none
	// Data is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Data map[string]any
}
