package core

import (
	"context"

	"github.com/google/uuid"
)

// RelationshipStore stores relationships between entities.
type RelationshipStore interface {
	// CreateRelationship inserts the relationship, and sets ID and CreatedAt if
	// they are zero. It returns ErrConflict if the id, or the source, target
	// and agent, exist.
	CreateRelationship(ctx context.Context, relationship *Relationship) error
	// SaveRelationship inserts the relationship, or overwrites tags and
	// metadata of the row with the same source, target and agent. It sets ID
	// and CreatedAt to those of the row.
	SaveRelationship(ctx context.Context, relationship *Relationship) error
	// Relationship returns one relationship.
	Relationship(ctx context.Context, id uuid.UUID) (*Relationship, error)
	// RelationshipBetween returns an agent's relationship from source to
	// target, not the reverse. It returns ErrNotFound if there is none.
	RelationshipBetween(ctx context.Context, key RelationshipKey) (*Relationship, error)
	// Relationships lists relationships, oldest first.
	Relationships(ctx context.Context, query RelationshipQuery) ([]*Relationship, error)
	// CountRelationships returns the number of rows that match the query,
	// ignoring After and Limit.
	CountRelationships(ctx context.Context, query RelationshipQuery) (int, error)
	// UpdateRelationship changes only the fields that the update sets.
	UpdateRelationship(ctx context.Context, id uuid.UUID, update RelationshipUpdate) error
	// DeleteRelationship deletes one relationship.
	DeleteRelationship(ctx context.Context, id uuid.UUID) error
}

// RelationshipQuery selects relationships. Each field that is set narrows the
// result.
type RelationshipQuery struct {
	AgentID  uuid.UUID // zero: any
	EntityID uuid.UUID // on either side; zero: any
	SourceID uuid.UUID // zero: any
	TargetID uuid.UUID // zero: any
	Tags     []string  // at least one of these; empty: any
	After    uuid.UUID // last id of the previous page; zero: from the oldest
	Limit    int       // zero: 50
}

// RelationshipUpdate is a partial update of a relationship. A nil field stays
// as it is.
type RelationshipUpdate struct {
	Tags []string // replaces them; empty: no tags
	// Metadata is merged into the stored metadata as a JSON merge patch (RFC
	// 7396): objects merge recursively, null deletes a key, any other value
	// replaces. Concurrent updates do not overwrite each other.
	Metadata map[string]any
}
