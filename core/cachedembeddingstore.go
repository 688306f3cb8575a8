package core

import (
	"context"

	"github.com/google/uuid"
)

// CachedEmbeddingStore finds stored vectors by text, so that the same or nearly
// the same text need not be embedded again.
type CachedEmbeddingStore interface {
	// CachedEmbeddings returns the vectors of memories whose text is at most
	// MaxDistance edits away, nearest first, then newest first. Texts may have
	// any length.
	CachedEmbeddings(ctx context.Context, query CachedEmbeddingQuery) ([]CachedEmbedding, error)
}

// CachedEmbeddingQuery selects the text to look up.
type CachedEmbeddingQuery struct {
	AgentID uuid.UUID // required
	Type    string    // the memories' type; required
	Text    string    // required
	// Field is the JSON name of the content field that is compared. Empty:
	// text.
	Field string
	// MaxDistance is the largest Levenshtein distance in Unicode code points.
	// Zero: exact matches only, by far the fastest. Negative is an error.
	MaxDistance int
	Limit       int // zero: 10
}

// CachedEmbedding is a result of CachedEmbeddings.
type CachedEmbedding struct {
	MemoryID uuid.UUID
	Vector   []float32
	// Distance is the Levenshtein distance to the memory's text, in code
	// points.
	Distance int
}
