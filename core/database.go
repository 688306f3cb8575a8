package core

import (
	"context"
	"database/sql"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5"
)

// Database is the data access of agents and plugins. All methods are safe for
// concurrent use. Methods return ErrNotFound for an unknown id, never a silent
// success.
//
// A method that takes the id of a row acts for the agent that the row belongs
// to. An agent's rows may refer to worlds, rooms and entities of another agent,
// as in a room that agents share. Deleting never takes another agent's rows
// with it: it is refused with ErrConflict while there are any, other than
// participations, which are a part of the room. DeleteAllAgents alone, and
// DeleteRoomsOfWorld without an agent, act for all agents.
//
// Methods return ErrInvalid for invalid arguments: nil, a required field that
// is not set, a negative limit, a number that is not finite, JSON that could
// not be read back, an unknown operator. The error names the field if one is at
// fault. A vector of a wrong length is ErrDimension.
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
	RunStore
	IdentityStore
	TaskStore
	CacheStore
	ChannelStore
	MessageStore
	CachedEmbeddingStore

	// InTx runs do in one transaction, shared by all stores and by every client
	// on tx.Driver. It commits if do returns nil and rolls back otherwise, also
	// on a panic. A nested call is a savepoint: its failure rolls back only its
	// own part. tx must not be used by two goroutines at once. Using it after
	// do has returned is an error, and so is using it while a nested
	// transaction, of InTx or of a client, or the rows of one of its queries
	// are open.
	//
	// The commit fails and rolls back if a statement failed, if ctx is done, or
	// if a client left a transaction of its own open.
	//
	// Transaction control statements such as BEGIN, COMMIT and ROLLBACK are
	// rejected. If one is hidden in another statement, also with AND CHAIN, the
	// next statement and the commit fail; what a hidden COMMIT committed stays.
	//
	// A context that is done while a statement runs cancels the statement. In a
	// nested transaction that rolls back the nested part and the outer
	// transaction continues, unless the server does not answer. Otherwise the
	// whole transaction is rolled back.
	//
	// A transaction that conflicts with another one, or loses its connection, is
	// not run again, unless Retry made ctx.
	InTx(ctx context.Context, do func(tx Database) error) error

	// Driver binds an ent client of any plugin to the connection pool, or,
	// inside InTx, to the transaction:
	//
	//	client := ent.NewClient(ent.Driver(db.Driver()))
	//
	// A transaction that the client begins inside InTx is a savepoint:
	// beginning it with options is an error, and so is committing it after the
	// context it began with is done.
	//
	// A statement that has certainly not reached the server is sent again; one
	// that may have reached it only if Retry made its context, as a query can
	// call functions that write.
	Driver() dialect.Driver

	// Pgx calls do with a pgx connection, for features that ent and
	// database/sql lack: COPY, and batches of statements in one round trip.
	// Inside InTx it is the transaction's connection; otherwise one of the
	// pool. It returns the error of do, wrapped with ctx's error if ctx is
	// done.
	//
	// do has exclusive use of the connection: if this Database is a
	// transaction, using it inside do is an error. do may begin and end its own
	// transactions and savepoints; it must not end others, must not close the
	// connection, and must retain neither the connection nor open rows after it
	// returns. Violations are reported as errors where they can be detected.
	// Nothing is retried, and texts are sent as they are: PostgreSQL rejects
	// those that it cannot store. Settings of the session are reset before the
	// connection is used again.
	Pgx(ctx context.Context, do func(conn *pgx.Conn) error) error

	// Pool returns the process's connection pool for database/sql, for
	// statements that ent and the stores do not offer. They are never part of
	// an InTx transaction.
	Pool() *sql.DB
}
