package value

import (
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// What callers leave out, as the columns want it.

// NullableID makes NULL of a zero id.
func NullableID(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// NullableTime makes NULL of a zero time.
func NullableTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// Object makes {} of nil.
func Object(object map[string]any) map[string]any {
	if object == nil {
		return map[string]any{}
	}
	return object
}

// List makes [] of nil, since the columns are not nullable.
func List[S ~[]E, E any](list S) S {
	if list == nil {
		return S{}
	}
	return list
}

// EnsureID gives an id to what has none.
func EnsureID(id *uuid.UUID) {
	if *id == uuid.Nil {
		*id = core.NewID()
	}
}

// SetOrClear sets a nullable reference: nil leaves it, a zero id is NULL.
func SetOrClear[B any](id *uuid.UUID, set func(uuid.UUID) B, clear func() B) {
	switch {
	case id == nil:
	case *id == uuid.Nil:
		clear()
	default:
		set(*id)
	}
}

// NullableText is a text for a statement by hand. Nil is NULL.
func NullableText(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}
