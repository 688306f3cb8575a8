package core

import (
	"context"
	"database/sql"

	"entgo.io/ent/dialect"
)

// Database is everything that agents and plugins do with data every day. All
// methods are safe for concurrent use. Unknown ids are ErrNotFound, never a
// silent success.
type Database interface {
	AgentStore
	WorldStore
	RoomStore
	EntityStore
	ComponentStore
	ParticipantStore
	RelationshipStore
	MemoryStore
	SearchStore
	EmbeddingStore
	LogStore
	TaskStore
	CacheStore
	ChannelStore
	MessageStore
	CachedEmbeddingStore

	// InTx runs do in one transaction that all stores, and every client on
	// tx.Driver, share. It commits when do returns nil and rolls back
	// otherwise, also on a panic. A call inside a transaction is a savepoint:
	// its failure undoes its own part alone. tx must not be used by two
	// goroutines at once. To use it after do has returned is an error, and so is
	// to use it while a transaction inside it is open, of InTx or of a client.
	// A commit is an error, and rolls back, when a statement had failed, when
	// ctx has ended, and when a client has left a transaction of its own open.
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
