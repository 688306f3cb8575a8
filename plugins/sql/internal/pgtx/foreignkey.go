package pgtx

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
)

// A foreign key is violated from both of its sides, with one code: by a row that
// refers to a missing row, and by the deletion of a row that is referred to. The
// server's error names the referring table in both cases. The statement decides:
// a deletion is of the second kind, and all others are of the first, as none
// changes an id.

// inUseError is the violation of a foreign key by a deletion.
type inUseError struct {
	error
	refusal *pgconn.PgError
}

func (e *inUseError) Unwrap() error { return e.error }

// markDeletion returns an inUseError if a deletion violates a foreign key, and any
// other error as it is.
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

// EndDeletion checks the deferred constraints of a transaction that has deleted
// rows and is about to be committed, so that its error is that of a deletion.
func EndDeletion(ctx context.Context, d *Driver) error {
	_, err := Exec(ctx, d, "SET CONSTRAINTS ALL IMMEDIATE")
	return markDeletion("DELETE FROM ", err)
}

// explain returns a core.ErrInUse that names the referring table.
func (e *inUseError) explain(what string) error {
	table := e.refusal.TableName
	if e.refusal.SchemaName != "public" {
		table = e.refusal.SchemaName + "." + table
	}
	return fmt.Errorf("sql: %s: rows of table %s refer to it, or to what goes with it (constraint %s): "+
		"delete those first, or give the constraint an ON DELETE: %w", what, table, e.refusal.ConstraintName, core.ErrInUse)
}

// explainDeferred returns the error of a commit without its values. A violated
// deferred foreign key does not show which of its sides is at fault.
func explainDeferred(err error) error {
	var refusal *pgconn.PgError
	if !errors.As(err, &refusal) || refusal.Code != pgerrcode.ForeignKeyViolation {
		return err
	}
	return fmt.Errorf("constraint %s of table %s, which is checked at the end of the transaction, is not met: "+
		"a row refers to what is not there", refusal.ConstraintName, refusal.TableName)
}
