package core

import (
	"context"
	"os/exec"
	"time"
)

// Adapter connects a program to its database, in three steps:
//
//	Inspect   reports the state; creates, starts and changes nothing
//	Open      connects; writes no rows and no tables
//	          ... what a Checker finds is reported, the tables are migrated ...
//	Start     begins background work, such as deleting expired rows
//	Close     ends all of it
//
// The command line works on the same database as the agents: `migrate plan`,
// `doctor` and `db status` use Inspect and Open, and never Start. What an adapter
// offers beyond that, it offers by implementing Checker, ClientAccess or
// ServerControl.
type Adapter interface {
	// Name is the kind of database, such as "PostgreSQL", for messages.
	Name() string
	// Inspect reports the state of the database. It may be called at any time,
	// any number of times. On an error the status is filled as far as possible.
	Inspect(ctx context.Context) (DatabaseStatus, error)
	// Open connects, and creates the database if Inspect reports that it does
	// not exist. It writes to no table, as none may exist yet. It is called once,
	// or again while it fails with ErrUnavailable: the server may come later.
	Open(ctx context.Context) (Database, error)
	// Start begins the work that the adapter does on its own. It is called once,
	// after Open and after the migration has succeeded; a program that only looks
	// at the database does not call it.
	Start(ctx context.Context) error
	// Close ends what Open and Start began, and waits for it no longer than ctx
	// lasts. It is called once, last, and also after a failed Open or Start.
	Close(ctx context.Context) error
}

// Checker is implemented by an Adapter that can report beforehand what in the
// database a start would fail on. A start calls Check before it migrates, and so
// do the commands that migrate, and `doctor`.
type Checker interface {
	// Check returns an error that says what to do, if a start would fail. It is
	// called after Open, and changes nothing.
	Check(ctx context.Context) error
}

// SecretRotator is implemented by an Adapter that encrypts secrets at rest.
// `secrets rotate` needs it.
type SecretRotator interface {
	// RotateSecrets encrypts all agents' secrets under the present SECRET_SALT
	// that are encrypted under another one, and keys that are stored in clear.
	// It is called after Open. If neither salt opens a secret, it returns an
	// error that names it and changes nothing; with drop, those secrets are
	// deleted.
	RotateSecrets(ctx context.Context, oldSalt string, drop bool) (RotatedSecrets, error)
}

// RotatedSecrets is the result of SecretRotator.RotateSecrets.
type RotatedSecrets struct {
	// Agents is the number of agents that were changed.
	Agents int
	// Rotated, Sealed, Dropped and Kept count secrets: those of the old salt,
	// those that were in clear, those that were deleted, and those that were
	// encrypted under the present salt already.
	Rotated, Sealed, Dropped, Kept int
}

// DatabaseStatus is what Adapter.Inspect reports.
type DatabaseStatus struct {
	// Location says where the database is: an address, a folder, or the setting
	// that holds them. It contains no password, as it is printed.
	Location string
	// Exists reports whether the database exists. If not, Open creates it.
	Exists bool
	// Ready reports whether Open would use a running server.
	Ready bool
	// Cluster describes the server that the adapter runs. Nil: the adapter
	// connects to a server that it does not run.
	Cluster *ClusterStatus
}

// ClusterStatus describes a PostgreSQL server that an adapter runs. Zero values:
// unknown, or none.
type ClusterStatus struct {
	// Directory is the absolute path of the folder that holds the data.
	Directory string
	// Setting is the environment variable that names Directory.
	Setting string
	// DataVersion is the major version of PostgreSQL that created the data.
	DataVersion int
	// ServerVersion is the version of the programs in Binaries, such as "15.18".
	ServerVersion string
	// Binaries is the folder of the server's programs.
	Binaries string
	// Running reports whether a server runs; PID is its process id.
	Running bool
	PID     int
	// Users are the ids of the processes that use the server.
	Users []int
	// SocketDir is where the server listens.
	SocketDir string
	// Log is the path of the server's log.
	Log string
}

// ClientAccess is implemented by an Adapter whose database PostgreSQL's client
// programs can connect to. `db url`, `db psql`, `db dump` and `db restore` need
// it.
type ClientAccess interface {
	// URL returns a connection string for other programs, with the password if
	// there is one. The server need not be running.
	URL(ctx context.Context) (string, error)
	// ClientProgram returns a command that runs psql, pg_dump or pg_restore with
	// these arguments on the open database. The caller connects its streams, runs
	// it, and calls release.
	ClientProgram(ctx context.Context, name string, args ...string) (cmd *exec.Cmd, release func(), err error)
}

// ServerControl is implemented by an Adapter that can run the server itself.
// `db stop` needs it, and `doctor` prints the installations.
type ServerControl interface {
	// Stop stops the server. It returns an error while programs use the server,
	// unless force is set, and nil if the server does not run.
	Stop(ctx context.Context, force bool) error
	// Installations returns the PostgreSQL installations of this machine that the
	// adapter chooses from.
	Installations() []Installation
}

// HealthReporter is implemented by an Adapter that knows whether its server can
// be reached, from the calls that were made.
type HealthReporter interface {
	// Health returns the state. It makes no call, and may be called at any time.
	Health() DatabaseHealth
}

// DatabaseHealth is what HealthReporter reports.
type DatabaseHealth struct {
	// Breaker is "closed", or while calls fail at once, as too many have failed
	// before, "open", or "half-open" while some are let through to see whether
	// they succeed. Empty: the adapter is not open.
	Breaker string
	// OpenUntil is when calls are made again, or earlier if the server answers a
	// ping. Zero: the breaker is not open.
	OpenUntil time.Time
	// AwaySince is when a call found that the server cannot be reached. Zero: it
	// can, as far as is known.
	AwaySince time.Time
	// Cause says why, without address, user or password.
	Cause string
}

// Installation is one set of PostgreSQL's server programs.
type Installation struct {
	// Version is the version of the programs, such as "15.18".
	Version string
	// Directory holds the programs.
	Directory string
	// HasVector reports whether pgvector is installed for it.
	HasVector bool
}
