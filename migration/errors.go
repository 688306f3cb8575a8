package migration

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// RefusedError is a run that would have to do what the policy does not allow.
// Nothing was changed.
type RefusedError struct {
	// Changes are those that were refused. Others may have been fine.
	Changes []Change
}

// Error names every object, the rows at stake, and what to do.
func (e *RefusedError) Error() string {
	var b strings.Builder
	things := "a change"
	if len(e.Changes) > 1 {
		things = fmt.Sprintf("%d changes", len(e.Changes))
	}
	fmt.Fprintf(&b, "migration: refused %s, so nothing was changed: ", things)
	for i, c := range e.Changes {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s for plugin %q", c, c.Unit)
	}
	b.WriteString(": " + e.advice())
	return b.String()
}

// advice is the next step that fits all of the changes.
func (e *RefusedError) advice() string {
	var back, data, move bool
	for _, c := range e.Changes {
		switch {
		case c.Kind == AdoptTable:
			move = true
		case strings.HasPrefix(string(c.Kind), "add_"):
			data = true
		default:
			back = true
		}
	}
	var steps []string
	if back {
		steps = append(steps, "put the old definition back into the schema, or make the change by hand in SQL, and start again")
	}
	if data {
		steps = append(steps, "mend the rows, and start again")
	}
	if move {
		steps = append(steps, "rename the table that is in the way, or use another database")
	}
	return strings.Join(steps, "; ")
}

// LockError is a run that waited for another process for as long as it was
// allowed to.
type LockError struct {
	// Holder describes who has the lock. Empty when that cannot be seen.
	Holder string
	// Err is what ended the wait.
	Err error
}

// Error says who holds the lock.
func (e *LockError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("migration: %s is migrating this database and did not finish in time: wait for it or stop it, and start again: %v", holder, e.Err)
}

// Unwrap implements errors.Unwrap.
func (e *LockError) Unwrap() error { return e.Err }

// SQLSTATE codes that the package acts on.
const (
	insufficientPrivilege = "42501"
	lockNotAvailable      = "55P03"
	queryCanceled         = "57014"
	readOnlyTransaction   = "25006"
)

// state is the SQLSTATE of an error, "" when it is none of PostgreSQL's.
func state(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// explain adds what to do to the errors that an administrator must act on.
func explain(err error, role string) error {
	switch state(err) {
	case readOnlyTransaction:
		return fmt.Errorf("%w: the server takes no writes, it may be a replica: connect to the primary", err)
	case insufficientPrivilege:
		return fmt.Errorf("%w: the role %q lacks a right that the statement needs: run the migration as the owner of the tables", err, role)
	case lockNotAvailable:
		return fmt.Errorf("%w: somebody else is using the table: start again when it is less busy", err)
	}
	return err
}

// shortened is a statement as it fits into an error.
func shortened(statement string) string {
	const most = 200
	runes := []rune(statement)
	if len(runes) <= most {
		return statement
	}
	return string(runes[:most]) + " ..."
}
