package core

import (
	"context"
	"database/sql"
	"time"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"
)

// Database is everything that agents and plugins do with data every day. All
// methods are safe for concurrent use. Unknown ids are ErrNotFound, never a
// silent success.
type Database interface {
	AgentStore
	WorldStore
	EntityStore
	MemoryStore
	LogStore

	// InTx runs do in one transaction that all stores, and every client on
	// tx.Driver, share. It commits when do returns nil and rolls back
	// otherwise, also on a panic. A call inside a transaction is a savepoint:
	// its failure undoes its own part alone. tx must not be used after do has
	// returned, nor by two goroutines at once.
	InTx(ctx context.Context, do func(tx Database) error) error

	// Driver binds an ent client of any plugin to the connection pool, or,
	// inside InTx, to the transaction:
	//
	//	client := ent.NewClient(ent.Driver(db.Driver()))
	Driver() dialect.Driver

	// Pool is the process's connection pool for database/sql, for what ent and
	// the stores do not say. Statements on it are never part of a transaction
	// of InTx.
	Pool() *sql.DB
}

// AgentStore keeps agents.
type AgentStore interface {
	// SaveAgent inserts the agent, or overwrites the one with the same id.
	// Secrets are encrypted at rest; to save some without the setting
	// SECRET_SALT is an error.
	SaveAgent(ctx context.Context, agent *Agent) error
	// Agent returns the agent with its secrets decrypted.
	Agent(ctx context.Context, id uuid.UUID) (*Agent, error)
}

// WorldStore keeps worlds and their rooms.
type WorldStore interface {
	// SaveWorld inserts the world, or overwrites the one with the same id.
	SaveWorld(ctx context.Context, world *World) error
	// SaveRoom inserts the room, or overwrites the one with the same id.
	SaveRoom(ctx context.Context, room *Room) error
	// Room returns one room.
	Room(ctx context.Context, id uuid.UUID) (*Room, error)
}

// EntityStore keeps entities and who of them is in which room.
type EntityStore interface {
	// SaveEntity inserts the entity, or overwrites the one with the same id.
	SaveEntity(ctx context.Context, entity *Entity) error
	// Entity returns one entity.
	Entity(ctx context.Context, id uuid.UUID) (*Entity, error)
	// AddParticipant puts an entity into a room. To add it again changes
	// nothing.
	AddParticipant(ctx context.Context, agentID, roomID, entityID uuid.UUID) error
	// Participants returns the entities of a room, the longest there first.
	Participants(ctx context.Context, agentID, roomID uuid.UUID) ([]*Entity, error)
}

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

// LogStore keeps what agents did.
type LogStore interface {
	// CreateLog saves one entry and fills in ID and CreatedAt where they are
	// zero.
	CreateLog(ctx context.Context, entry *Log) error
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
