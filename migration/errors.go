package migration

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgerrcode"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// RefusedError is returned if a run requires changes that the policy does not
// allow. Nothing was changed.
type RefusedError struct {
	// Changes are the refused changes only; at least one.
	Changes []plan.Change

	program string // for the command to run
	strict  bool   // the schemas are superseded, and Options.Strict refuses that
	lacks   string // what superseded schemas declare and the database lacks
}

// Error names each refused change, the affected rows, and what to do.
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

// advice returns the next steps for all of the changes.
func (e *RefusedError) advice() string {
	var force, adopt, data, empty bool
	var steps []string
	allowed := fmt.Sprintf("%s=true or `%s migrate apply --force`", AllowDestructive, cmp.Or(e.program, "elizago"))
	if e.strict {
		return fmt.Sprintf("a newer version of this program has migrated the database, and a strict start changes nothing of that: start the newer version, "+
			"or this one without --strict, or go back, which may lose data, with `%s migrate apply --force`", cmp.Or(e.program, "elizago"))
	}
	if e.lacks != "" {
		steps = append(steps, fmt.Sprintf("a newer version of this program has migrated the database, which lacks what this one declares (%s), so start the newer version", e.lacks))
	}
	for _, c := range e.Changes {
		switch {
		case c.NoForce:
		case c.Class == plan.DataDependent:
			data = true
		case c.Kind == plan.AddNamespace:
			empty = true
		case c.Kind == plan.AdoptTable, c.Kind == plan.AdoptView:
			adopt = true
		default:
			force = true
		}
		if c.Hint != "" {
			steps = append(steps, c.Hint)
		}
	}
	if data {
		steps = append(steps, "fix the rows, by hand or with a core.DataMigration before the schema, and start again")
	}
	if empty {
		steps = append(steps, "to begin with empty tables, allow it with "+allowed)
	}
	if adopt {
		steps = append(steps, "rename what is in the way, or have it taken over with "+allowed)
	}
	if force {
		steps = append(steps, "put the old definition back, or let it be lost with "+allowed)
	}
	return strings.Join(steps, "; ")
}

// AllowDestructive is the environment variable that, set to "true", means
// Options.Force. The engine only names it in messages; programs read it.
const AllowDestructive = "ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS"

// LockError is returned if another process was migrating the database for longer
// than Config.LockTimeout, or until the context was done. Nothing was changed.
type LockError struct {
	// Holder describes the session that holds the lock. Empty: unknown.
	Holder string
	// Err is the error that ended the wait.
	Err error
}

// Error names the holder of the lock, and says what to do.
func (e *LockError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("migration: %s is migrating this database and did not finish in time: wait for it or stop it, and start again: %v", holder, e.Err)
}

// Unwrap returns Err.
func (e *LockError) Unwrap() error { return e.Err }

// BusyError is returned if another session was using a table that a run had to
// lock, for longer than Config.LockTimeout.
type BusyError struct {
	// Holder describes that session. Empty: unknown.
	Holder string
	// Err is the error of the statement.
	Err error
}

// Error contains the statement's error, the holder, and what to do.
func (e *BusyError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("%v: another session is using the table: start again when it is less busy", e.Err)
	}
	return fmt.Sprintf("%v: another session is using the table (%s): wait for it or end its transaction, and start again", e.Err, e.Holder)
}

// Unwrap returns Err.
func (e *BusyError) Unwrap() error { return e.Err }

// unmetError says what a run needs that the server does not have or the role may
// not do, and how to get it. The run has changed nothing, and cannot be recorded
// either.
type unmetError struct {
	text string
	err  error // the server's, if it was asked
}

func unmet(err error, format string, args ...any) error {
	return &unmetError{"migration: " + fmt.Sprintf(format, args...), err}
}

func (e *unmetError) Error() string { return e.text }

func (e *unmetError) Unwrap() error { return e.err }

// explain adds to an error what the operator must do about it.
func explain(err error, role string) error {
	var lock *LockError
	var busy *BusyError
	var unmet *unmetError
	if errors.As(err, &lock) || errors.As(err, &busy) || errors.As(err, &unmet) {
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
			return err // an error of the history, which says what to do
		}
		return fmt.Errorf("%w: the role %q lacks a right that the statement needs: run the migration as the owner of the tables", err, role)
	case pgerrcode.LockNotAvailable:
		return &BusyError{Err: err}
	case pgerrcode.QueryCanceled:
		return fmt.Errorf("%w: the statement took longer than it may: start again when the database is less busy, or give it more time with --statement-timeout (Config.StatementTimeout)", err)
	case pgerrcode.DuplicateTable, pgerrcode.DuplicateObject: // a duplicate table may be an index or a sequence
		return fmt.Errorf("%w: there is an object of that name that the history does not know, or the table that it was on was renamed by hand: rename or drop it, and start again", err)
	case pgerrcode.WrongObjectType, pgerrcode.InvalidTableDefinition:
		return fmt.Errorf("%w: if the table was made a part of another one or of a type by hand, undo that (ALTER TABLE with NO INHERIT, DETACH PARTITION or NOT OF), and start again", err)
	case pgerrcode.DependentObjectsStillExist, pgerrcode.FeatureNotSupported:
		return fmt.Errorf("%w: something was built on the object by hand: drop what depends on it, start again, and create it again", err)
	}
	return err
}

// errCommit marks the error of a COMMIT.
var errCommit = errors.New("migration: commit")

// lost reports whether an error comes from an established connection that was
// lost.
func lost(err error) bool { return pgerr.ConnectionLost(err) && !pgerr.NotConnected(err) }

// wordedError is an error with another text.
type wordedError struct {
	text string
	err  error
}

func (e *wordedError) Error() string { return e.text }

func (e *wordedError) Unwrap() error { return e.err }

// oneLine returns the error with its text on one line.
func oneLine(err error) error {
	text := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\t' }), " ")
	return &wordedError{text: text, err: err}
}

// detail returns PostgreSQL's detail of an error, such as the dependent objects
// or the duplicate key, in parentheses; "" if there is none.
func detail(err error) string {
	if server := pgerr.Server(err); server != nil && server.Detail != "" {
		return " (" + strings.ReplaceAll(server.Detail, "\n", ", ") + ")"
	}
	return ""
}

// constraintName matches the beginning of a named constraint in a declaration.
var constraintName = regexp.MustCompile(`CONSTRAINT "((?:[^"]|"")*)"`)

// spot returns the part of a long statement in which the server found an error,
// with the name of the constraint around it, such as a check; "" if the message
// shows it already, or the server does not know it.
func spot(statement string, err error) string {
	server := pgerr.Server(err)
	runes := []rune(statement)
	if server == nil || server.Position <= 0 || int(server.Position) > len(runes) || catalog.Shortened(statement) == statement {
		return ""
	}
	const around = 60
	at := int(server.Position) - 1
	before, after := runes[max(0, at-around):at], runes[at:min(len(runes), at+around)]
	of := ""
	if all := constraintName.FindAllStringSubmatch(string(runes[:at]), -1); len(all) > 0 {
		of = fmt.Sprintf(" of or after %q", strings.ReplaceAll(all[len(all)-1][1], `""`, `"`))
	}
	return fmt.Sprintf(", at the mark%s: ... %s", of, strings.Join(strings.Fields(string(before)+" >>> "+string(after)), " "))
}
