package pgcluster

import (
	"context"
	"errors"
)

// interruptedError says what was given up when a context ended. It unwraps to
// the context's error, and spares the reader its words.
type interruptedError struct {
	doing string // "making the cluster of /x"
	next  string // what to do
	cause error
}

func interrupted(cause error, doing, next string) error {
	return &interruptedError{doing: doing, next: next, cause: cause}
}

func (e *interruptedError) Error() string {
	how := "interrupted while "
	if errors.Is(e.cause, context.DeadlineExceeded) {
		how = "the time allowed ran out while "
	}
	return "pgcluster: " + how + e.doing + ": " + e.next
}

func (e *interruptedError) Unwrap() error { return e.cause }
