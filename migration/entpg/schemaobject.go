package entpg

import "github.com/elizago/elizago/core"

// SchemaObject is an annotation that is an object of the namespace itself, beside the
// tables. The engine makes it after the tables, and after the other objects that
// its SQL names.
type SchemaObject interface {
	core.SchemaExtra

	// Kind is what PostgreSQL calls such an object, in lower case.
	Kind() string

	// ObjectName is its name without the namespace. Tables, indexes and objects
	// have different ones.
	ObjectName() string

	// Create returns the statement that makes it, without a semicolon. name is its
	// full name, quoted.
	Create(name string) string

	// Check returns the first mistake in the declaration, with what to do.
	Check() error
}
