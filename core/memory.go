package core

import (
	"time"

	"github.com/google/uuid"
)

// Memory types, with elizaOS's names. The runtime writes MemoryMessages; the
// others, and types of their own, are for plugins.
const (
	MemoryMessages  = "messages"
	MemoryFacts     = "facts"
	MemoryDocuments = "documents"
	MemoryFragments = "fragments"
)

// Memory is one item of an agent's memory: a message that it received or sent,
// a fact, a document. Memories of one Type are listed and searched together.
type Memory struct {
	// ID is assigned by the adapter if it is zero.
	ID uuid.UUID
	// Type groups memories, in at most 1,000 bytes; required. Messages have
	// MemoryMessages.
	Type string
	// AgentID is the agent that owns the memory; required.
	AgentID uuid.UUID
	// EntityID is the entity that the memory comes from. Zero: none.
	EntityID uuid.UUID
	// RoomID is the room that it comes from. Zero: none.
	RoomID uuid.UUID
	// WorldID is the world of that room. Zero: none.
	WorldID uuid.UUID
	// CreatedAt is set by the adapter to the current time if it is zero. Its
	// year must be 1 to 9999; it is stored to the microsecond.
	CreatedAt time.Time
	// Content is the remembered content. A text with more than about 1 MB of
	// distinct words is rejected.
	Content  Content
	Metadata MemoryMetadata
	// Embedding is the vector of the content's text: 384, 512, 768, 1024, 1536
	// or 3072 finite numbers, stored unchanged, with a Euclidean norm from
	// 1e-15 to 1e19. Empty: not embedded (yet). A zero vector is stored, but
	// has no direction: no similarity search returns it.
	Embedding []float32
	// Duplicate reports whether a similar memory existed before this one; see
	// MemoryStore.CreateMemoryOnce.
	Duplicate bool
	// Similarity is 1 - cosine distance to the vector of a search; zero
	// otherwise.
	Similarity float64
}
