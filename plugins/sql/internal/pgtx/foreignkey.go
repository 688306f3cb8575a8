package pgtx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
)

// A foreign key is violated from both of its sides, with one code: by a row that
// refers to what is not there, and by the deletion of what a row refers to. The
// server's error names the referring table each time. What tells them apart is
// the statement: one that deletes is of the second kind, and all others are of
// the first, as none changes an id.

// inUseError is a foreign key's refusal of a deletion.
type inUseError struct {
	error
	refusal *pgconn.PgError
}

func (e *inUseError) Unwrap() error { return e.error }

// markDeletion marks the refusal of a deletion.
func markDeletion(statement string, err error) error {
	if err == nil {
		return nil
	}
	var refusal *pgconn.PgError
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Code {
	case pgerrcode.ForeignKeyViolation, pgerrcode.RestrictViolation:
	default:
		return err
	}
	if !strings.Contains(strings.ToUpper(statement), "DELETE FROM ") {
		return err
	}
	return &inUseError{err, refusal}
}

// explain says whose rows are in the way.
func (e *inUseError) explain(what string) error {
	table := e.refusal.TableName
	if e.refusal.SchemaName != "public" {
		table = e.refusal.SchemaName + "." + table
	}
	return fmt.Errorf("sql: %s: rows of table %s refer to it, or to what goes with it (constraint %s): "+
		"delete those first, or give the constraint an ON DELETE: %w", what, table, e.refusal.ConstraintName, core.ErrInUse)
}

// explainDeferred is the error of a commit. A foreign key that is checked only then does
// not say which of its sides is at fault.
func explainDeferred(err error) error {
	var refusal *pgconn.PgError
	if !errors.As(err, &refusal) || refusal.Code != pgerrcode.ForeignKeyViolation {
		return err
	}
	return fmt.Errorf("constraint %s of table %s, which is checked at the end of the transaction, is not met: "+
		"a row refers to what is not there", refusal.ConstraintName, refusal.TableName)
}
