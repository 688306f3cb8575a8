package core

import "errors"

// Errors that callers of a Database branch on, with errors.Is. Implementations
// wrap them with the name of what was asked for.
var (
	// ErrNotFound: no row has the id that was asked for.
	ErrNotFound = errors.New("not found")

	// ErrConflict: a row with this id or unique key exists already.
	ErrConflict = errors.New("already exists")

	// ErrDimension: a vector's length is not one that the database stores, or
	// not the one that the agent's earlier vectors have.
	ErrDimension = errors.New("cannot change embedding dimension for agent")

	// ErrUnavailable: the connection to the database was lost on the way, so
	// that it is not known whether a write arrived. To repeat it with the same
	// id is safe: ErrConflict then means that it had.
	ErrUnavailable = errors.New("the database went away")

	// ErrNoModel: no plugin registered a model of the type that was asked for.
	ErrNoModel = errors.New("no model registered")
)
