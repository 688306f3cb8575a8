package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
)

// SQLSTATE codes that callers branch on, or that say what to do (PostgreSQL
// documentation, appendix A).
const (
	uniqueViolation      = "23505"
	foreignKeyViolation  = "23503"
	checkViolation       = "23514"
	diskFull             = "53100"
	undefinedTable       = "42P01"
	readOnly             = "25006"
	transactionAborted   = "25P02"
	noSuchSavepoint      = "3B001"
	queryCanceled        = "57014"
	noSuchStatement      = "26000"
	statementExists      = "42P05"
	programLimitExceeded = "54000"
	tooComplex           = "54001"
	numberOutOfRange     = "22003"
)

// explain says what could not be done and why, in terms of core's errors and
// without the statement.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	switch {
	case ent.IsNotFound(err), isNoRows(err), errors.Is(err, core.ErrNotFound):
		return fmt.Errorf("sql: %s: %w", what, core.ErrNotFound)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("sql: %s: %w", what, err)
	case errors.Is(err, stdsql.ErrTxDone):
		return fmt.Errorf("sql: %s: the transaction has ended: what InTx gives is for its function alone: %w", what, err)
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return fmt.Errorf("sql: %s: a statement in the transaction had failed, so that all of it was rolled back: "+
			"return that statement's error, or run it in an InTx of its own: %w", what, err)
	case connectionLost(err):
		return fmt.Errorf("sql: %s: %w: try again when it is back; its log says why", what, core.ErrUnavailable)
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return refused(what, server)
	}
	return fmt.Errorf("sql: %s: %w", what, err)
}

// refused explains an error of the server.
func refused(what string, err *pgconn.PgError) error {
	remedy := ""
	switch err.Code {
	case uniqueViolation:
		return fmt.Errorf("sql: %s: %w", what, core.ErrConflict)
	case foreignKeyViolation:
		return fmt.Errorf("sql: %s: what it refers to: %w (%s)", what, core.ErrNotFound, err.Detail)
	case checkViolation:
		remedy = "a value is not among those that " + err.ConstraintName + " allows"
	case diskFull:
		remedy = "the server's disk is full: free some space and try again"
	case readOnly:
		remedy = "the server is read-only, probably a replica: point POSTGRES_URL at the primary"
	case undefinedTable:
		remedy = "a table is not there: bring them up to date with `elizago migrate apply`, or by a start"
	case transactionAborted:
		remedy = "a statement before it in the same transaction had failed: return that one's error, or run it in an InTx of its own"
	case noSuchSavepoint:
		remedy = "the transaction around it was ended before it"
	case queryCanceled:
		remedy = "the server ended the statement, probably for its statement_timeout"
	case noSuchStatement, statementExists:
		remedy = "a connection pooler does not keep prepared statements: take default_query_exec_mode out of POSTGRES_URL, or set it to cache_describe"
	case programLimitExceeded, tooComplex, numberOutOfRange:
		remedy = "a value is larger, or nested more deeply, than PostgreSQL can store"
	default:
		return fmt.Errorf("sql: %s: %w", what, err)
	}
	return fmt.Errorf("sql: %s: %s: %w", what, remedy, err)
}

// isNoRows reports that a statement with RETURNING returned nothing, as an
// insert that does nothing on conflict.
func isNoRows(err error) bool { return errors.Is(err, stdsql.ErrNoRows) }
