package core

import (
	"context"

	"github.com/google/uuid"
)

// ComponentStore stores components of entities. Methods that insert set ID and
// CreatedAt if they are zero.
type ComponentStore interface {
	// SaveComponent inserts the component, or overwrites the row with the same
	// id except for its CreatedAt, which it copies into component. It returns
	// ErrConflict if that row belongs to another agent.
	SaveComponent(ctx context.Context, component *Component) error
	// CreateComponent inserts the component. It returns ErrConflict if the id
	// exists.
	CreateComponent(ctx context.Context, component *Component) error
	// Component returns one component.
	Component(ctx context.Context, id uuid.UUID) (*Component, error)
	// FindComponent returns the oldest component that matches the query, or
	// ErrNotFound. Limit is ignored.
	FindComponent(ctx context.Context, query ComponentQuery) (*Component, error)
	// Components lists components, oldest first.
	Components(ctx context.Context, query ComponentQuery) ([]*Component, error)
	// CountComponents returns the number of rows that match the query, ignoring
	// After and Limit.
	CountComponents(ctx context.Context, query ComponentQuery) (int, error)
	// UpdateComponent changes only the fields that the update sets.
	UpdateComponent(ctx context.Context, id uuid.UUID, update ComponentUpdate) error
	// DeleteComponent deletes one component.
	DeleteComponent(ctx context.Context, id uuid.UUID) error
}

// ComponentQuery selects components. Each field that is set narrows the result.
type ComponentQuery struct {
	EntityID       uuid.UUID // zero: any
	AgentID        uuid.UUID // zero: any
	RoomID         uuid.UUID // zero: any
	WorldID        uuid.UUID // zero: any or none
	SourceEntityID uuid.UUID // zero: any or none
	Type           string    // empty: any
	After          uuid.UUID // last id of the previous page; zero: from the oldest
	Limit          int       // zero: 50
}

// ComponentUpdate is a partial update of a component. A nil field stays as it
// is.
type ComponentUpdate struct {
	Type           *string    // 1 to 1,000 bytes
	WorldID        *uuid.UUID // to zero: none
	SourceEntityID *uuid.UUID // to zero: none
	// Data is merged into the stored data as a JSON merge patch (RFC 7396):
	// objects merge recursively, null deletes a key, any other value replaces.
	// Concurrent updates do not overwrite each other.
	Data map[string]any
}
