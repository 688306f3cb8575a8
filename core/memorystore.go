package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// MemoryStore keeps memories. SearchStore finds them by what they mean.
type MemoryStore interface {
	// CreateMemory saves a memory, with its embedding where it has one, and
	// fills in ID and CreatedAt where they are zero. An id that exists is
	// ErrConflict, an agent, room, world or entity that does not is
	// ErrNotFound; a vector of a length other than 384, 512, 768, 1024, 1536
	// or 3072, or other than the agent's earlier ones, is ErrDimension.
	CreateMemory(ctx context.Context, memory *Memory) error
	// CreateMemories saves memories with their embeddings by COPY: all of them
	// or, on any error, none. It fills in ids and times as CreateMemory does.
	// Without memories nothing happens.
	CreateMemories(ctx context.Context, memories []*Memory) error
	// CreateMemoryOnce is CreateMemory for what may have been said before: it
	// looks for a memory with the same agent, type, room, world and entity
	// whose vector is near, and says whether there was none. A memory that is
	// not new is saved all the same, with Duplicate set, unless
	// Deduplication.Skip. Without an embedding a memory is new. Of two nearly
	// equal memories that are created at the same moment, both may be new.
	CreateMemoryOnce(ctx context.Context, memory *Memory, how Deduplication) (isNew bool, err error)

	// Memory returns one memory with its embedding.
	Memory(ctx context.Context, id uuid.UUID) (*Memory, error)
	// MemoriesByID returns those of the ids that exist, with their embeddings,
	// the newest first; no ids are no memories.
	MemoriesByID(ctx context.Context, ids []uuid.UUID) ([]*Memory, error)
	// Memories lists memories, the newest first; of two of the same time, the
	// one with the greater id. Pages that begin with Before neither overlap nor
	// leave one out while others come and go; pages by Offset shift then.
	Memories(ctx context.Context, query MemoryQuery) ([]*Memory, error)
	// CountMemories says how many memories a query would list without Before,
	// Limit and Offset.
	CountMemories(ctx context.Context, query MemoryQuery) (int, error)

	// UpdateMemory replaces what is set in the update, all of it or nothing. An
	// unknown ID is ErrNotFound, a vector of a length that CreateMemory refuses
	// is ErrDimension.
	UpdateMemory(ctx context.Context, update MemoryUpdate) error
	// SetEmbedding gives an existing memory its vector, or another one, with the
	// errors of UpdateMemory.
	SetEmbedding(ctx context.Context, memoryID uuid.UUID, vector []float32) error

	// DeleteMemory deletes a memory, and where it is a document, the fragments
	// of the same agent that name it in Metadata.DocumentID.
	DeleteMemory(ctx context.Context, id uuid.UUID) error
	// DeleteMemories is DeleteMemory for many, and returns how many there
	// were, without fragments. Ids that do not exist are not counted, so that
	// what was deleted in part can be deleted again.
	DeleteMemories(ctx context.Context, ids []uuid.UUID) (int, error)
	// DeleteRoomMemories deletes all memories of a type in a room, with their
	// fragments, and returns how many there were, without fragments. A room
	// that does not exist is ErrNotFound.
	DeleteRoomMemories(ctx context.Context, roomID uuid.UUID, memoryType string) (int, error)
}

// MemoryQuery says which memories to list. Every field that is set narrows
// the result.
type MemoryQuery struct {
	AgentID  uuid.UUID   // required
	Type     string      // required
	RoomID   uuid.UUID   // zero: any
	RoomIDs  []uuid.UUID // nil: any; empty: no memories; zero ids match nothing; RoomID narrows them
	WorldID  uuid.UUID   // zero: any
	EntityID uuid.UUID   // zero: any
	Since    time.Time   // zero: from the beginning; inclusive
	Until    time.Time   // zero: without end; exclusive
	// Metadata are conditions that all hold, at most 64. Empty: none.
	Metadata []MetadataFilter
	// Unique leaves out memories with Duplicate set. Zero: they are listed.
	Unique bool
	// Embeddings returns the vectors, too. Zero: without.
	Embeddings bool
	// Before is the last memory of the page before: only older ones follow,
	// also when several have the same time. Zero: from the newest. One that is
	// not the agent's is ErrNotFound.
	Before uuid.UUID
	Limit  int // zero: 50
	Offset int // zero: from the newest
}

// MemoryUpdate says what to replace in a memory.
type MemoryUpdate struct {
	ID uuid.UUID // required
	// Content replaces the whole content. Nil: stays. The embedding stays what
	// it was: give the new content's, or ask a model for it later.
	Content *Content
	// Metadata replaces the whole metadata. Nil: stays.
	Metadata *MemoryMetadata
	// Embedding replaces the vector. Empty: stays.
	Embedding []float32
}

// Deduplication says when a memory is not new.
type Deduplication struct {
	// Threshold is the least similarity (1 - cosine distance) of a memory much
	// like another. Zero: 0.95. Less than 0, or more than 1, is an error.
	Threshold float64
	// Skip does not save a memory that is not new. Zero: it is saved, with
	// Duplicate set.
	Skip bool
}
