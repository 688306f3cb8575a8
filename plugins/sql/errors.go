package sql

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
)

// SQLSTATE codes that callers branch on (PostgreSQL documentation, appendix A).
const (
	uniqueViolation     = "23505"
	foreignKeyViolation = "23503"
	diskFull            = "53100"
	readOnly            = "25006"
)

// explain says what could not be done and why, in terms of core's errors and
// without the statement.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	if ent.IsNotFound(err) {
		return fmt.Errorf("sql: %s: %w", what, core.ErrNotFound)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("sql: %s: %w", what, err)
	}
	if connectionLost(err) {
		return fmt.Errorf("sql: %s: %w: try again when it is back; its log says why", what, core.ErrUnavailable)
	}
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return fmt.Errorf("sql: %s: %w", what, err)
	}
	switch server.Code {
	case uniqueViolation:
		return fmt.Errorf("sql: %s: %w", what, core.ErrConflict)
	case foreignKeyViolation:
		return fmt.Errorf("sql: %s: what it refers to: %w (%s)", what, core.ErrNotFound, server.Detail)
	case diskFull:
		return fmt.Errorf("sql: %s: the server's disk is full: free some space and try again: %w", what, err)
	case readOnly:
		return fmt.Errorf("sql: %s: the server is read-only, probably a replica: point POSTGRES_URL at the primary: %w", what, err)
	}
	return fmt.Errorf("sql: %s: %w", what, err)
}

// isNoRows reports that a statement with RETURNING returned nothing, as an
// insert that does nothing on conflict.
func isNoRows(err error) bool { return errors.Is(err, stdsql.ErrNoRows) }
