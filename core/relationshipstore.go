package core

import (
	"context"

	"github.com/google/uuid"
)

// RelationshipStore keeps how entities stand to each other.
type RelationshipStore interface {
	// CreateRelationship inserts the relationship, and fills in ID and CreatedAt
	// where they are zero. One with the same id, or of the same source, target
	// and agent, is ErrConflict.
	CreateRelationship(ctx context.Context, relationship *Relationship) error
	// SaveRelationship inserts the relationship, or overwrites tags and metadata
	// of the one with the same source, target and agent. It sets ID and
	// CreatedAt to those of the row.
	SaveRelationship(ctx context.Context, relationship *Relationship) error
	// Relationship returns one relationship.
	Relationship(ctx context.Context, id uuid.UUID) (*Relationship, error)
	// RelationshipBetween returns an agent's relationship from source to target;
	// the way back is another one. None is ErrNotFound.
	RelationshipBetween(ctx context.Context, key RelationshipKey) (*Relationship, error)
	// Relationships lists relationships, the oldest first.
	Relationships(ctx context.Context, query RelationshipQuery) ([]*Relationship, error)
	// CountRelationships counts all that the query has, on all pages.
	CountRelationships(ctx context.Context, query RelationshipQuery) (int, error)
	// UpdateRelationship changes what the update sets and nothing else.
	UpdateRelationship(ctx context.Context, id uuid.UUID, update RelationshipUpdate) error
	// DeleteRelationship deletes one relationship.
	DeleteRelationship(ctx context.Context, id uuid.UUID) error
}

// RelationshipQuery says which relationships to list. Every field that is set
// narrows the result.
type RelationshipQuery struct {
	AgentID  uuid.UUID // zero: any
	EntityID uuid.UUID // on either side; zero: any
	SourceID uuid.UUID // zero: any
	TargetID uuid.UUID // zero: any
	Tags     []string  // those with at least one of these; empty: any
	After    uuid.UUID // the last of the page before; zero: from the oldest
	Limit    int       // zero: 50
}

// RelationshipUpdate says what of a relationship to change. Nil leaves a field
// as it is.
type RelationshipUpdate struct {
	Tags []string // replaces them; empty: no tags
	// Metadata is merged into what is stored, as a JSON merge patch (RFC 7396):
	// objects deeply, anything else replaces, null deletes. Of several updates
	// at once none is lost.
	Metadata map[string]any
}
