package core

import (
	"context"

	"github.com/google/uuid"
)

// CachedEmbeddingStore finds vectors that were made before, so that the same
// text, or nearly the same, need not be embedded again.
type CachedEmbeddingStore interface {
	// CachedEmbeddings returns the vectors of memories whose text is at most
	// MaxDistance edits away, the nearest first, the newest of equals first.
	// Texts may have any length.
	CachedEmbeddings(ctx context.Context, query CachedEmbeddingQuery) ([]CachedEmbedding, error)
}

// CachedEmbeddingQuery says which text to look for, and where.
type CachedEmbeddingQuery struct {
	AgentID uuid.UUID // required
	Type    string    // the memories' type; required
	Text    string    // required
	// Field is the name in the memory's content, in JSON, whose text is
	// compared. Empty: text.
	Field string
	// MaxDistance is how many Unicode code points may have to be added, removed
	// or replaced (Levenshtein distance). Zero: the text itself alone, which is
	// by far the fastest. Negative is an error.
	MaxDistance int
	Limit       int // zero: 10
}

// CachedEmbedding is a vector that was found.
type CachedEmbedding struct {
	MemoryID uuid.UUID
	Vector   []float32
	// Distance is how many edits the memory's text is away, each of one code
	// point.
	Distance int
}
