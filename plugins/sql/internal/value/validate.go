package value

import (
	"fmt"
	"math"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// invalidError is a core.ErrInvalid with a text of its own.
type invalidError struct{ error }

func (e invalidError) Unwrap() []error { return []error{e.error, core.ErrInvalid} }

// Invalid returns an error with the text of fmt.Errorf that is core.ErrInvalid:
// the request is wrong whatever the database contains.
func Invalid(format string, args ...any) error {
	return invalidError{fmt.Errorf(format, args...)}
}

// Field is a required field and whether the caller has set it.
type Field struct {
	Name string
	Set  bool
}

// IDField returns a Field that is set unless the id is zero.
func IDField(name string, id uuid.UUID) Field { return Field{name, id != uuid.Nil} }

// TextField returns a Field that is set if the text is not empty once it is
// sanitized.
func TextField(name, text string) Field { return Field{name, SanitizeText(text) != ""} }

// Required returns an error that names the first field that is not set.
func Required(fields ...Field) error {
	for _, f := range fields {
		if !f.Set {
			return Invalid("sql: %s is missing: it is required", f.Name)
		}
	}
	return nil
}

// NotNil returns an error if the pointer is nil.
func NotNil[T any](name string, value *T) error {
	if value == nil {
		return Invalid("sql: %s is nil: give one", name)
	}
	return nil
}

// maxIndexedBytes is the longest text in an indexed column. PostgreSQL refuses
// index entries above some 2,700 bytes with an error that names neither the row
// nor the field.
const maxIndexedBytes = 1000

// Indexable returns an error if a text is too long for an indexed column.
func Indexable(name, text string) error {
	if len(text) > maxIndexedBytes {
		return Invalid("sql: %s has %d bytes: it may have %d", name, len(text), maxIndexedBytes)
	}
	return nil
}

// IndexableTexts is Indexable for each text of an indexed list.
func IndexableTexts(what string, texts []string) error {
	for _, text := range texts {
		if err := Indexable(what, text); err != nil {
			return err
		}
	}
	return nil
}

// CheckPage validates the limit and offset of a list, and sets a zero limit to
// its default.
func CheckPage(what string, limit *int, offset, defaultLimit int) error {
	if *limit < 0 || offset < 0 {
		return Invalid("sql: %s with limit %d and offset %d: neither may be negative", what, *limit, offset)
	}
	if *limit > MaxRows || offset > MaxRows {
		return Invalid("sql: %s with limit %d and offset %d: neither may be above %d", what, *limit, offset, MaxRows)
	}
	if *limit == 0 {
		*limit = defaultLimit
	}
	return nil
}

// MaxRows is the largest limit, and the largest offset, of a list. Their sum
// cannot overflow.
const MaxRows = math.MaxInt32

// DefaultLimit is the number of rows of a list whose documentation names no
// other default.
const DefaultLimit = 50

// Quote returns a quoted, shortened name for an error message.
func Quote(name string) string {
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "") + "..."
	}
	return fmt.Sprintf("%q", name)
}
