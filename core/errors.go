package core

import "errors"

// Errors that callers of a Database branch on, with errors.Is. Implementations
// wrap them with the name of what was asked for.
var (
	// ErrNotFound: no row has the id that was asked for.
	ErrNotFound = errors.New("not found")

	// ErrConflict: a row with this id or unique key exists already.
	ErrConflict = errors.New("already exists")

	// ErrInUse: what was to be deleted, or something that goes with it, is
	// referred to by rows that do not go with it, such as those of a plugin's
	// table. Nothing was deleted. The error names the constraint that refers to
	// it.
	ErrInUse = errors.New("still in use")

	// ErrInvalid: the request is one that no database could fulfil as it is, as
	// when a field that is required is not set. To repeat it is no use.
	ErrInvalid = errors.New("invalid request")

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
