package migration

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/plan"
)

// RefusedError is a run that would have to do what the policy does not allow.
// Nothing was changed.
type RefusedError struct {
	// Changes are those that were refused. Others may have been fine.
	Changes []plan.Change
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
	var force, data bool
	var steps []string
	for _, c := range e.Changes {
		if c.Class == plan.DataDependent {
			data = true
		} else {
			force = true
		}
		if c.Hint != "" {
			steps = append(steps, c.Hint)
		}
	}
	if data {
		steps = append(steps, "mend the rows, by hand or with a core.DataMigration before the schema, and start again")
	}
	if force {
		steps = append(steps, "put the old definition back, or let it be lost with "+AllowDestructive+"=true or `elizago migrate apply --force`")
	}
	return strings.Join(steps, "; ")
}

// AllowDestructive is the environment variable that stands for Options.Force
// when it is "true". The engine only names it; programs read it.
const AllowDestructive = "ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS"

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

// BusyError is a run that could not have a table in time, because somebody was
// using it.
type BusyError struct {
	// Holder describes who was. Empty when that cannot be seen.
	Holder string
	// Err is the statement's error.
	Err error
}

// Error says who was using the table.
func (e *BusyError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("%v: another session is using the table: start again when it is less busy", e.Err)
	}
	return fmt.Sprintf("%v: another session is using the table (%s): wait for them or end their transaction, and start again", e.Err, e.Holder)
}

// Unwrap implements errors.Unwrap.
func (e *BusyError) Unwrap() error { return e.Err }

// explain adds what to do to the errors that somebody must act on.
func explain(err error, role string) error {
	var lock *LockError
	var busy *BusyError
	if errors.As(err, &lock) || errors.As(err, &busy) {
		return err
	}
	if errors.Is(err, errCommit) && lost(err) {
		return fmt.Errorf("%w: the connection to the server was lost, and the server may have committed all the same: start again, that finds out", err)
	}
	if lost(err) {
		return fmt.Errorf("%w: the connection to the server was lost, and what was not committed is undone: see the server's log, and start again", err)
	}
	switch pgerr.Code(err) {
	case pgerrcode.ReadOnlySQLTransaction:
		return fmt.Errorf("%w: the server takes no writes, it may be a replica: connect to the primary", err)
	case pgerrcode.InsufficientPrivilege:
		if role == "" {
			return err // The history's: it says itself what to do.
		}
		return fmt.Errorf("%w: the role %q lacks a right that the statement needs: run the migration as the owner of the tables", err, role)
	case pgerrcode.LockNotAvailable:
		return &BusyError{Err: err}
	case pgerrcode.QueryCanceled:
		return fmt.Errorf("%w: the statement took longer than it may: start again when the database is less busy, or give it more time with --statement-timeout (Config.StatementTimeout)", err)
	case pgerrcode.DuplicateTable, pgerrcode.DuplicateObject: // a duplicate table may be an index or a sequence
		return fmt.Errorf("%w: somebody has made an object of that name, or renamed the table that it was on: rename or drop it, and start again", err)
	case pgerrcode.DependentObjectsStillExist, pgerrcode.FeatureNotSupported:
		return fmt.Errorf("%w: somebody has built on the object by hand: drop what depends on it, start again, and make it anew", err)
	}
	return err
}

// errCommit marks the error of a COMMIT.
var errCommit = errors.New("migration: commit")

// lost reports whether an error comes from a connection that was there and is
// no more.
func lost(err error) bool { return pgerr.ConnectionLost(err) && !pgerr.NotConnected(err) }

// wordedError is an error with other words.
type wordedError struct {
	text string
	err  error
}

func (e *wordedError) Error() string { return e.text }

func (e *wordedError) Unwrap() error { return e.err }

// oneLine puts an error of several lines into one.
func oneLine(err error) error {
	text := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	return &wordedError{text: text, err: err}
}

// detail is what PostgreSQL adds to an error: which objects depend, which key
// is there twice.
func detail(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Detail != "" {
		return " (" + strings.ReplaceAll(pg.Detail, "\n", ", ") + ")"
	}
	return ""
}

// shortened is a statement as it fits into an error.
func shortened(statement string) string {
	const most = 200
	statement = strings.Join(strings.Fields(statement), " ")
	runes := []rune(statement)
	if len(runes) <= most {
		return statement
	}
	return string(runes[:most]) + " ..."
}
