package core

import (
	"context"
	"database/sql"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5"
)

// Database is everything that agents and plugins do with data every day. All
// methods are safe for concurrent use. Unknown ids are ErrNotFound, never a
// silent success.
//
// Arguments that no database could fulfil are ErrInvalid: nil, a required field
// that is not set, a negative limit, a number that is not finite, JSON that could
// not be read again, an unknown operator. Where one field is at fault, as when it
// is missing or too long, the error has its name. The length of a vector is
// ErrDimension.
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
	// to use it while a transaction inside it is open, of InTx or of a client, or
	// while rows of a query of its own are still open.
	//
	// A commit is an error, and rolls back, when a statement had failed, when
	// ctx has ended, and when a client has left a transaction of its own open.
	//
	// Statements such as BEGIN, COMMIT and ROLLBACK are not for use in it: they
	// are refused, or if they are hidden in others, the next statement is, and
	// the commit. What a hidden COMMIT has committed stays, and ROLLBACK AND
	// CHAIN cannot be noticed there.
	//
	// A context that ends while a statement runs ends that statement. In a
	// transaction inside another one that undoes the inner one's part; the outer
	// one goes on, unless the server does not answer. Otherwise all is lost.
	InTx(ctx context.Context, do func(tx Database) error) error

	// Driver binds an ent client of any plugin to the connection pool, or,
	// inside InTx, to the transaction:
	//
	//	client := ent.NewClient(ent.Driver(db.Driver()))
	//
	// A transaction that the client begins inside InTx is a savepoint, so that
	// to begin it with options is an error; and so is its commit when the
	// context that it was begun with has ended.
	Driver() dialect.Driver

	// Pgx calls do with a connection of pgx, for what ent and database/sql have
	// no word for: COPY, and a batch of statements in one round trip. Inside
	// InTx it is the transaction's, and what do sends is part of it; otherwise it
	// is one of the pool. It returns the error of do, which says so where ctx has ended.
	//
	// do has the connection alone: to use this Database in it, where that is a
	// transaction, is an error. It may begin and end transactions and savepoints
	// of its own; those of others, and the connection itself, it must not end,
	// and it must keep neither the connection nor rows that are open beyond its
	// return. Where it does so all the same, that is an error as far as it shows.
	// Nothing is retried, and texts are sent as they are: those that PostgreSQL
	// cannot store are refused, not cleaned.
	Pgx(ctx context.Context, do func(conn *pgx.Conn) error) error

	// Pool is the process's connection pool for database/sql, for what ent and
	// the stores do not say. Statements on it are never part of a transaction
	// of InTx.
	Pool() *sql.DB
}
