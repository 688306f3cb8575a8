package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// SearchStore finds memories by what they mean and by their words.
type SearchStore interface {
	// SearchMemories returns the memories nearest to a vector, the nearest
	// first, equal ones by their ids, without their embeddings. As many come as
	// match, up to Limit, however narrow the filters. Which way it goes is
	// chosen by what is there, so that at least 95 of 100 of the truly nearest
	// come. A vector of another length than the agent's is ErrDimension.
	SearchMemories(ctx context.Context, search MemorySearch) ([]*Memory, error)
	// HybridSearchMemories searches by vector and by words, and joins both
	// lists by reciprocal rank: a memory that is high in either, and above all
	// in both, comes first.
	HybridSearchMemories(ctx context.Context, search HybridSearch) ([]*Memory, error)
	// SetTextConfig chooses how the texts of an agent's memories are taken
	// apart into words: the name of a text search configuration that comes
	// with PostgreSQL, such as "english" (the default), "german", or "simple",
	// which takes words as they are. All memories that the agent has follow in
	// the same transaction.
	SetTextConfig(ctx context.Context, agentID uuid.UUID, config string) error
}

// MemorySearch says what to search for, and where. Every filter that is set
// narrows the result.
type MemorySearch struct {
	AgentID  uuid.UUID // required
	Type     string    // required
	Vector   []float32 // required; not all zeros
	RoomID   uuid.UUID // zero: any
	WorldID  uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	Since    time.Time // zero: from the beginning; inclusive
	Until    time.Time // zero: to the present; exclusive
	// Metadata are conditions that all hold. Empty: none.
	Metadata []MetadataFilter
	// Unique leaves out memories with Duplicate set. Zero: they are found.
	Unique    bool
	Threshold float64 // least similarity (1 - cosine distance); zero or less: any
	Limit     int     // zero: 10
}

// HybridSearch is a MemorySearch with words.
type HybridSearch struct {
	// MemorySearch has the filters. Its Vector may be empty: then only the
	// words are searched for. Threshold is for the vector alone.
	MemorySearch
	// Text are the words, as a user writes them: a memory need not have all.
	// Required, unless there is a vector.
	Text string
	// Candidates is how many of each list are joined. Zero: 5 times Limit, and
	// at least 50.
	Candidates int
	// RankConstant is k in 1/(k + rank). Zero: 60, at which the first of one
	// list counts nearly as much as the second.
	RankConstant int
}
