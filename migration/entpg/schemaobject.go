package entpg

import "github.com/elizago/elizago/core"

// SchemaObject is an annotation that declares an object of the namespace, such as
// a View. The engine creates it after the tables, and after the other objects that
// its SQL names.
type SchemaObject interface {
	core.SchemaAnnotation

	// Kind returns PostgreSQL's name of this kind of object, in lower case, such
	// as "view".
	Kind() string

	// ObjectName returns the object's name without the namespace. It is unique
	// among the tables, indexes and objects of the namespace.
	ObjectName() string

	// Create returns the statement that creates the object, without a semicolon.
	// name is its qualified, quoted name.
	Create(name string) string

	// Check returns the first mistake in the declaration and how to fix it, or
	// nil.
	Check() error
}
