package value

import (
	"time"

	"github.com/google/uuid"
)

// NullableID returns nil, which is NULL, for a zero id.
func NullableID(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// NullableTime returns nil, which is NULL, for a zero time.
func NullableTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// NullableText returns the text as a parameter of a hand-written statement. Nil
// is NULL.
func NullableText(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}

// Object returns an empty object for nil, as the columns are NOT NULL.
func Object(object map[string]any) map[string]any {
	if object == nil {
		return map[string]any{}
	}
	return object
}

// List returns an empty list for nil, as the columns are NOT NULL.
func List[S ~[]E, E any](list S) S {
	if list == nil {
		return S{}
	}
	return list
}

// SetOrClear applies an update of a nullable reference: nil leaves the column, a
// zero id sets it to NULL.
func SetOrClear[B any](id *uuid.UUID, set func(uuid.UUID) B, clear func() B) {
	switch {
	case id == nil:
	case *id == uuid.Nil:
		clear()
	default:
		set(*id)
	}
}
