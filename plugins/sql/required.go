package sql

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

// invalid is the error of a request that no database could fulfil as it is: its
// text is that of fmt.Errorf, and it is core.ErrInvalid.
func invalid(format string, args ...any) error {
	return invalidError{fmt.Errorf(format, args...)}
}

// A field that a caller must set, and whether they did.
type field struct {
	name string
	set  bool
}

func idField(name string, id uuid.UUID) field { return field{name, id != uuid.Nil} }

// textField counts a text of which nothing can be stored as not set.
func textField(name, text string) field { return field{name, storableText(text) != ""} }

// required names the first field that is not set.
func required(fields ...field) error {
	for _, f := range fields {
		if !f.set {
			return invalid("sql: %s is missing: it is required", f.name)
		}
	}
	return nil
}

// given refuses what is nil.
func given[T any](name string, value *T) error {
	if value == nil {
		return invalid("sql: %s is nil: give one", name)
	}
	return nil
}

// longestIndexed is how many bytes a text may have that an index covers.
// PostgreSQL refuses index entries above some 2,700 bytes, with an error that
// names neither the row nor the field.
const longestIndexed = 1000

func indexable(name, text string) error {
	if len(text) > longestIndexed {
		return invalid("sql: %s has %d bytes: it may have %d", name, len(text), longestIndexed)
	}
	return nil
}

// page checks the limit and offset of a list, and gives the limit its default.
func page(what string, limit *int, offset, otherwise int) error {
	if *limit < 0 || offset < 0 {
		return invalid("sql: %s with limit %d and offset %d: neither may be negative", what, *limit, offset)
	}
	if *limit > mostRows || offset > mostRows {
		return invalid("sql: %s with limit %d and offset %d: neither may be above %d", what, *limit, offset, mostRows)
	}
	if *limit == 0 {
		*limit = otherwise
	}
	return nil
}

// mostRows is the greatest limit, and the greatest offset: more than anybody
// reads, and far from where their sum would overflow.
const mostRows = math.MaxInt32

// defaultLimit is how many rows a list has unless its documentation says
// otherwise.
const defaultLimit = 50

// quoted shortens a name for an error.
func quoted(name string) string {
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "") + "..."
	}
	return fmt.Sprintf("%q", name)
}

// checkTexts refuses what an index of a list cannot hold.
func checkTexts(what string, texts []string) error {
	for _, text := range texts {
		if err := indexable(what, text); err != nil {
			return err
		}
	}
	return nil
}
