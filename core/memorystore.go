package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// MemoryStore stores memories. SearchStore searches them.
type MemoryStore interface {
	// CreateMemory saves a memory with its embedding, if any, and sets ID and
	// CreatedAt if they are zero. It returns ErrConflict if the id exists,
	// ErrNotFound if the agent, room, world or entity does not, and
	// ErrDimension if the vector's length is not 384, 512, 768, 1024, 1536 or
	// 3072, or differs from the agent's earlier vectors.
	CreateMemory(ctx context.Context, memory *Memory) error
	// CreateMemories saves memories with their embeddings by COPY, all or none.
	// It sets ids and times, and returns errors, as CreateMemory does. Without
	// memories it does nothing.
	CreateMemories(ctx context.Context, memories []*Memory) error
	// CreateMemoryOnce is CreateMemory with a duplicate check: isNew is false
	// if a memory with the same agent, type, room, world and entity has a
	// similar vector. A duplicate is still saved, with Duplicate set, unless
	// Deduplication.Skip is set. A memory without an embedding is new. Of two
	// similar memories that are created concurrently, both may be new.
	CreateMemoryOnce(ctx context.Context, memory *Memory, how Deduplication) (isNew bool, err error)

	// Memory returns one memory with its embedding.
	Memory(ctx context.Context, id uuid.UUID) (*Memory, error)
	// MemoriesByID returns the memories with these ids and their embeddings,
	// newest first. Unknown ids are skipped; no ids return no memories.
	MemoriesByID(ctx context.Context, ids []uuid.UUID) ([]*Memory, error)
	// Memories lists memories, newest first, then by descending id. Pages by
	// Before neither overlap nor skip memories while others are created and
	// deleted; pages by Offset shift.
	Memories(ctx context.Context, query MemoryQuery) ([]*Memory, error)
	// CountMemories returns the number of memories that match the query,
	// ignoring Before, Limit and Offset.
	CountMemories(ctx context.Context, query MemoryQuery) (int, error)

	// UpdateMemory replaces the fields that are set, atomically. It returns
	// ErrNotFound if the memory does not exist, and ErrDimension as
	// CreateMemory does.
	UpdateMemory(ctx context.Context, update MemoryUpdate) error
	// SetEmbedding sets or replaces the vector of a memory, with the errors of
	// UpdateMemory.
	SetEmbedding(ctx context.Context, memoryID uuid.UUID, vector []float32) error

	// DeleteMemory acts for the memory's agent. It deletes a memory and, if it is a document, the same agent's
	// fragments with its id in Metadata.DocumentID.
	DeleteMemory(ctx context.Context, id uuid.UUID) error
	// DeleteMemories deletes several memories as DeleteMemory does, and returns
	// the number deleted, without fragments. Unknown ids are skipped, so that a
	// partial delete can be repeated.
	DeleteMemories(ctx context.Context, ids []uuid.UUID) (int, error)
	// DeleteRoomMemories deletes the memories of a type that a room's agent has
	// in it, with their fragments, and returns the number deleted, without
	// fragments. Memories of other agents in the room stay. It returns
	// ErrNotFound if the room does not exist.
	DeleteRoomMemories(ctx context.Context, roomID uuid.UUID, memoryType string) (int, error)
}

// MemoryQuery selects memories. Each field that is set narrows the result.
type MemoryQuery struct {
	AgentID  uuid.UUID   // required
	Type     string      // required
	RoomID   uuid.UUID   // zero: any
	RoomIDs  []uuid.UUID // nil: any; empty: no memories; zero ids match nothing; combined with RoomID
	WorldID  uuid.UUID   // zero: any
	EntityID uuid.UUID   // zero: any
	Since    time.Time   // zero: from the beginning; inclusive
	Until    time.Time   // zero: without end; exclusive
	// Metadata holds up to 64 conditions, combined with AND. Empty: none.
	Metadata []MetadataFilter
	// Unique omits memories with Duplicate set.
	Unique bool
	// Unembedded selects memories that have no vector.
	Unembedded bool
	// Embeddings also loads the vectors.
	Embeddings bool
	// Before is the last memory of the previous page: only older memories
	// follow, also among equal times. Zero: from the newest. An id that is not
	// a memory of the agent is ErrNotFound.
	Before uuid.UUID
	Limit  int // zero: 50
	Offset int // zero: from the newest
}

// MemoryUpdate is a partial update of a memory.
type MemoryUpdate struct {
	ID uuid.UUID // required
	// Content replaces the whole content. Nil: unchanged. The embedding is not
	// recomputed: set Embedding to the new content's, or call SetEmbedding
	// later.
	Content *Content
	// Metadata replaces the whole metadata. Nil: unchanged.
	Metadata *MemoryMetadata
	// Embedding replaces the vector. Empty: unchanged.
	Embedding []float32
}

// Deduplication holds the options of the duplicate check.
type Deduplication struct {
	// Threshold is the least similarity (1 - cosine distance) of a duplicate.
	// Zero: 0.95. A value outside [0, 1] is an error.
	Threshold float64
	// Skip drops a duplicate instead of saving it with Duplicate set.
	Skip bool
}
