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
	// come. A vector of another length than the agent's is ErrDimension. An agent
	// without vectors, or one that does not exist, has no memories to find: that
	// is no error.
	SearchMemories(ctx context.Context, search MemorySearch) ([]*Memory, error)
	// HybridSearchMemories searches by vector and by words, and joins both
	// lists by reciprocal rank: a memory that is high in either, and above all
	// in both, comes first. As many come as match, up to Limit. With a vector,
	// each has its Similarity, also those that the words found; it is zero of
	// memories without a vector, and of all in a search without one.
	//
	// By words, those with all of them come first, then those with the most
	// different ones, and of equally many those that tell more by PostgreSQL's
	// ts_rank_cd. Words that say nothing, such as "the", do not count. For
	// words that many memories have this is bounded:
	//
	//   - Of the text, the first 32 different words are searched for.
	//   - A word is common if more memories behind the filters have it than
	//     10,000 divided by the number of words, or than Candidates if that is
	//     more. Of memories with common words alone, as many are looked at for
	//     each of these words, and as many that have all of them; which ones is
	//     open. All others are looked at.
	//   - Of all these the 200 with the most words are ranked by ts_rank_cd, or
	//     Candidates if that is more.
	HybridSearchMemories(ctx context.Context, search HybridSearch) ([]*Memory, error)
	// SetTextConfig chooses how the texts of an agent's memories are taken
	// apart into words: the name of a text search configuration that comes
	// with PostgreSQL, such as "english" (the default), "german", or "simple",
	// which takes words as they are. All memories that the agent has follow in
	// the same transaction. Another name is an error; an agent that does not
	// exist is ErrNotFound.
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
	Until    time.Time // zero: without end; exclusive
	// Metadata are conditions that all hold, at most 64. Empty: none.
	Metadata []MetadataFilter
	// Unique leaves out memories with Duplicate set. Zero: they are found.
	Unique    bool
	Threshold float64 // least similarity (1 - cosine distance); zero or less: any; NaN is an error
	Limit     int     // zero: 10; at most 2,147,483,647
}

// HybridSearch is a MemorySearch with words.
type HybridSearch struct {
	// MemorySearch has the filters. Its Vector may be empty: then only the
	// words are searched for. Threshold is for the vector alone.
	MemorySearch
	// Text are the words, as a user writes them: a memory need not have all.
	// Required, unless there is a vector. At most 200,000 bytes.
	Text string
	// Candidates is how many of each list are joined. Zero: 5 times Limit, and
	// at least 50. Less than Limit is as many as Limit; negative is an
	// error, and so is more than 2,147,483,647.
	Candidates int
	// RankConstant is k in 1/(k + rank). Zero: 60, at which the first of one
	// list counts nearly as much as the second. Negative is an error.
	RankConstant int
}
