package sql

import (
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// What callers leave out, as the columns want it.

// optional makes NULL of a zero id.
func optional(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// optionalTime makes NULL of a zero time.
func optionalTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// orObject makes {} of nil.
func orObject(object map[string]any) map[string]any {
	if object == nil {
		return map[string]any{}
	}
	return object
}

// orEmpty makes [] of nil, since the columns are not nullable.
func orEmpty[S ~[]E, E any](list S) S {
	if list == nil {
		return S{}
	}
	return list
}

// identify gives an id to what has none.
func identify(id *uuid.UUID) {
	if *id == uuid.Nil {
		*id = core.NewID()
	}
}

// setOrClear sets a nullable reference: nil leaves it, a zero id is NULL.
func setOrClear[B any](id *uuid.UUID, set func(uuid.UUID) B, clear func() B) {
	switch {
	case id == nil:
	case *id == uuid.Nil:
		clear()
	default:
		set(*id)
	}
}

// textArg is a text for a statement by hand. Nil is NULL.
func textArg(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}
