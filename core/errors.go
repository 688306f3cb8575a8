package core

import "errors"

// Errors that callers of a Database test with errors.Is. Implementations wrap
// them with the name of what was requested.
var (
	// ErrNotFound is returned if no row has the requested id.
	ErrNotFound = errors.New("not found")

	// ErrConflict is returned if a row with this id or unique key already
	// exists.
	ErrConflict = errors.New("already exists")

	// ErrInUse is returned if rows that would remain, such as those of a
	// plugin's table, refer to a row to be deleted. Nothing is deleted. The
	// error names the foreign key constraint.
	ErrInUse = errors.New("still in use")

	// ErrInvalid is returned for an invalid argument, such as a required field
	// that is not set. Retrying does not help.
	ErrInvalid = errors.New("invalid request")

	// ErrDimension is returned if a vector's length is not supported, or
	// differs from that of the agent's earlier vectors.
	ErrDimension = errors.New("cannot change embedding dimension for agent")

	// ErrUnavailable is returned if the connection to the database was lost, so
	// that it is unknown whether a write took effect. Retrying with the same id
	// is safe: ErrConflict then means that it did.
	ErrUnavailable = errors.New("the database went away")

	// ErrRunLost is returned for a write to a run that another process has
	// claimed since, or that has ended. Nothing was written, and there is nothing
	// left to do: stop working on the run.
	ErrRunLost = errors.New("the run is in other hands")

	// ErrNoModel is returned if no plugin registered a model of the requested
	// type.
	ErrNoModel = errors.New("no model registered")

	// ErrInTransaction is returned inside a Database action by what may take
	// longer than its transaction should last: Generate, Embed, ComposeState.
	ErrInTransaction = errors.New("not possible in a transaction")
)
