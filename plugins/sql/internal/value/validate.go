package value

import (
	"fmt"
	"math"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// invalidError is core.ErrInvalid in its own words.
type invalidError struct{ error }

func (e invalidError) Unwrap() []error { return []error{e.error, core.ErrInvalid} }

// Invalid is the error of a request that no database could fulfil as it is: its
// text is that of fmt.Errorf, and it is core.ErrInvalid.
func Invalid(format string, args ...any) error {
	return invalidError{fmt.Errorf(format, args...)}
}

// A field that a caller must set, and whether they did.
type Field struct {
	Name string
	Set  bool
}

func IDField(name string, id uuid.UUID) Field { return Field{name, id != uuid.Nil} }

// TextField counts a text of which nothing can be stored as not set.
func TextField(name, text string) Field { return Field{name, SanitizeText(text) != ""} }

// Required names the first field that is not set.
func Required(fields ...Field) error {
	for _, f := range fields {
		if !f.Set {
			return Invalid("sql: %s is missing: it is required", f.Name)
		}
	}
	return nil
}

// NotNil refuses what is nil.
func NotNil[T any](name string, value *T) error {
	if value == nil {
		return Invalid("sql: %s is nil: give one", name)
	}
	return nil
}

// maxIndexedBytes is how many bytes a text may have that an index covers.
// PostgreSQL refuses index entries above some 2,700 bytes, with an error that
// names neither the row nor the field.
const maxIndexedBytes = 1000

func Indexable(name, text string) error {
	if len(text) > maxIndexedBytes {
		return Invalid("sql: %s has %d bytes: it may have %d", name, len(text), maxIndexedBytes)
	}
	return nil
}

// CheckPage checks the limit and offset of a list, and gives the limit its default.
func CheckPage(what string, limit *int, offset, otherwise int) error {
	if *limit < 0 || offset < 0 {
		return Invalid("sql: %s with limit %d and offset %d: neither may be negative", what, *limit, offset)
	}
	if *limit > MaxRows || offset > MaxRows {
		return Invalid("sql: %s with limit %d and offset %d: neither may be above %d", what, *limit, offset, MaxRows)
	}
	if *limit == 0 {
		*limit = otherwise
	}
	return nil
}

// MaxRows is the greatest limit, and the greatest offset: more than anybody
// reads, and far from where their sum would overflow.
const MaxRows = math.MaxInt32

// DefaultLimit is how many rows a list has unless its documentation says
// otherwise.
const DefaultLimit = 50

// Quote shortens a name for an error.
func Quote(name string) string {
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "") + "..."
	}
	return fmt.Sprintf("%q", name)
}

// IndexableTexts refuses what an index of a list cannot hold.
func IndexableTexts(what string, texts []string) error {
	for _, text := range texts {
		if err := Indexable(what, text); err != nil {
			return err
		}
	}
	return nil
}
