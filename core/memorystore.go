package core

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// MemoryStore keeps memories and finds them again.
type MemoryStore interface {
	// CreateMemory saves a memory, with its embedding where it has one, and
	// fills in ID and CreatedAt where they are zero. An id that exists is
	// ErrConflict; a vector of a length other than 384, 512, 768, 1024, 1536
	// or 3072, or other than the agent's earlier ones, is ErrDimension.
	CreateMemory(ctx context.Context, memory *Memory) error
	// SetEmbedding gives an existing memory its vector, or another one.
	SetEmbedding(ctx context.Context, memoryID uuid.UUID, vector []float32) error
	// Memory returns one memory with its embedding.
	Memory(ctx context.Context, id uuid.UUID) (*Memory, error)
	// Memories lists memories without their embeddings, the newest first.
	Memories(ctx context.Context, query MemoryQuery) ([]*Memory, error)
	// SearchMemories returns the memories nearest to a vector, the nearest
	// first, without their embeddings.
	SearchMemories(ctx context.Context, search MemorySearch) ([]*Memory, error)
}

// MemoryQuery says which memories to list. Every field that is set narrows
// the result.
type MemoryQuery struct {
	AgentID  uuid.UUID // required
	Type     string    // required
	RoomID   uuid.UUID // zero: any
	WorldID  uuid.UUID // zero: any
	EntityID uuid.UUID // zero: any
	Since    time.Time // zero: from the beginning; inclusive
	Until    time.Time // zero: to the present; exclusive
	Limit    int       // zero: 50
	Offset   int       // zero: from the newest
}

// MemorySearch says what to search for, and where.
type MemorySearch struct {
	AgentID   uuid.UUID // required
	Type      string    // required
	Vector    []float32 // required
	RoomID    uuid.UUID // zero: any
	EntityID  uuid.UUID // zero: any
	Threshold float64   // least similarity (1 - cosine distance); zero: none below 0
	Limit     int       // zero: 10
}
