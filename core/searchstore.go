package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// SearchStore searches memories by vector and by text.
type SearchStore interface {
	// SearchMemories returns the memories nearest to a vector, nearest first,
	// then by id, without embeddings. It returns Limit memories if that many
	// match, however narrow the filters. The plan (exact or HNSW index) is
	// chosen by measurement; target recall is 0.95. It returns ErrDimension if
	// the vector's length differs from the agent's, and no memories, without an
	// error, for an agent that does not exist or has no vectors.
	SearchMemories(ctx context.Context, search MemorySearch) ([]*Memory, error)
	// HybridSearchMemories searches by vector and by text, and merges the two
	// lists by reciprocal rank fusion. It returns Limit memories if that many
	// match. In a search with a vector, Similarity is set on every memory that
	// has a vector, also on those found by text; otherwise it is zero.
	//
	// The text search ranks memories by the number of distinct query words that
	// they contain, then by PostgreSQL's ts_rank_cd. Stop words such as "the"
	// are ignored. For common words the work is bounded:
	//
	//   - The first 32 distinct words of the text are searched for.
	//   - A word is common if more memories that pass the filters contain it
	//     than 10,000 divided by the number of words, or than Candidates if
	//     that is more. Of memories that contain only common words, that many
	//     are considered for each of these words, and that many that contain
	//     all of them; which ones is unspecified. All others are considered.
	//   - The 200 of these with the most words, or Candidates if that is more,
	//     are ranked by ts_rank_cd.
	HybridSearchMemories(ctx context.Context, search HybridSearch) ([]*Memory, error)
	// SetTextConfig sets the text search configuration of an agent's memories,
	// one of those built into PostgreSQL, such as "english" (the default),
	// "german", or "simple", which does no stemming. It reindexes all memories
	// of the agent in the same transaction. An unknown name is an error. It
	// returns ErrNotFound if the agent does not exist.
	SetTextConfig(ctx context.Context, agentID uuid.UUID, config string) error
}

// MemorySearch selects memories by vector. Each filter that is set narrows the
// result.
type MemorySearch struct {
	AgentID  uuid.UUID // required
	Type     string    // required
	Vector   []float32 // required; not all zeros
	RoomID   uuid.UUID // zero: any
	WorldID  uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	Since    time.Time // zero: from the beginning; inclusive
	Until    time.Time // zero: without end; exclusive
	// Metadata holds up to 64 conditions, combined with AND. Empty: none.
	Metadata []MetadataFilter
	// Unique omits memories with Duplicate set.
	Unique    bool
	Threshold float64 // least similarity (1 - cosine distance); zero or less: any; NaN is an error
	Limit     int     // zero: 10; at most 2,147,483,647
}

// HybridSearch is a MemorySearch with text.
type HybridSearch struct {
	// MemorySearch holds the filters. With an empty Vector only the text is
	// searched for. Threshold applies only to the vector search.
	MemorySearch
	// Text is free text, at most 200,000 bytes; a memory need not contain all
	// of its words. Required unless there is a vector. Words are found whole,
	// with accents precomposed or not. In languages without spaces between
	// words, such as Japanese, Chinese and Thai, parts of a sentence are found
	// in the newest 10,000 memories that pass the filters; in older ones the
	// Vector finds them.
	Text string
	// Candidates is the number of results of each list that are merged. Zero: 5
	// times Limit, at least 50. A value below Limit counts as Limit; negative
	// or above 2,147,483,647 is an error.
	Candidates int
	// RankConstant is k in 1/(k + rank). Zero: 60. Negative is an error.
	RankConstant int
}
