package pgtx

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
)

// remedies are what to do about an error of the server, by its SQLSTATE.
var remedies = map[string]string{
	pgerrcode.DiskFull:                      "the server's disk is full: free some space and try again",
	pgerrcode.TooManyConnections:            "the server has no connection left: raise its max_connections, or lower MaxConns",
	pgerrcode.ReadOnlySQLTransaction:        "the server is read-only, probably a replica: point POSTGRES_URL at the primary",
	pgerrcode.InFailedSQLTransaction:        "an earlier statement of the same transaction had failed: return that one's error, or run it in an InTx of its own",
	pgerrcode.InvalidSavepointSpecification: "the transaction around it was ended before it",
	pgerrcode.SerializationFailure:          tryAgain,
	pgerrcode.DeadlockDetected:              tryAgain,
	pgerrcode.LockNotAvailable:              tryAgain,
	pgerrcode.QueryCanceled:                 "the server ended the statement, probably for its statement_timeout",
	pgerrcode.InvalidSQLStatementName:       noPrepared,
	pgerrcode.DuplicatePreparedStatement:    noPrepared,
	pgerrcode.InsufficientPrivilege:         "the database's role may not do that: grant it the rights on the tables, and where they have row security a policy",
	pgerrcode.UndefinedTable:                notMigrated,
	pgerrcode.UndefinedColumn:               notMigrated,
	pgerrcode.ProgramLimitExceeded:          tooLarge,
	pgerrcode.StatementTooComplex:           tooLarge,
	pgerrcode.NumericValueOutOfRange:        tooLarge,
}

const (
	tryAgain    = "it conflicted with another transaction, so that the server ended it: try again"
	noPrepared  = "a connection pooler does not keep prepared statements: take default_query_exec_mode out of POSTGRES_URL, or set it to cache_describe"
	notMigrated = "the database lacks a table or column: bring it up to date by a start, or with the command `migrate apply`"
	tooLarge    = "a value is larger, or nested more deeply, than PostgreSQL can store: split it, a text into parts of less than a megabyte of different words, as documents are into fragments"
)

// serverError is an error of the server with a text that shows neither the
// statement nor its values. The server's own error is behind it, for errors.As.
type serverError struct {
	text  string
	cause *pgconn.PgError
}

func (e *serverError) Error() string { return e.text }

func (e *serverError) Unwrap() []error {
	if pgerr.Full(e.cause) {
		return []error{e.cause, core.ErrUnavailable}
	}
	if pgerrcode.IsDataException(e.cause.Code) || e.cause.Code == pgerrcode.CheckViolation {
		return []error{e.cause, core.ErrInvalid}
	}
	return []error{e.cause}
}

// unavailable is core.ErrUnavailable with a text and a cause.
type unavailable struct {
	text  string
	cause error
}

func (e *unavailable) Error() string   { return e.text }
func (e *unavailable) Unwrap() []error { return []error{e.cause, core.ErrUnavailable} }

// Unavailable returns an error with the same text that is core.ErrUnavailable.
func Unavailable(err error) error { return &unavailable{err.Error(), err} }

// Explain returns an error that names what failed and why, wraps the one of
// core's errors that applies, and does not show the statement. It returns nil for
// nil.
func Explain(what string, err error) error {
	if err == nil {
		return nil
	}
	var (
		open *pgpool.OpenError
		full *pgpool.FullError
	)
	switch {
	case errors.As(err, &open):
		return &unavailable{fmt.Sprintf("sql: %s: %v: %d calls in succession have failed, so none is made until %s, unless it answers earlier",
			what, core.ErrUnavailable, open.Failures, open.Until.Format(time.TimeOnly)), open}
	case errors.As(err, &full):
		return &unavailable{fmt.Sprintf("sql: %s: %v", what, full), full}
	case ent.IsNotFound(err), IsNoRows(err), errors.Is(err, core.ErrNotFound):
		return fmt.Errorf("sql: %s: %w", what, core.ErrNotFound)
	case pgerr.TimeLimit(err):
		return fmt.Errorf("sql: %s: %w: the server did not answer in time: if the statement takes so long, give its context a deadline of its own", what, core.ErrUnavailable)
	case pgerr.Full(err):
		return explainServer(what, pgerr.Server(err))
	case pgerr.NotConnected(err) && pgerr.ConnectionLost(err):
		return fmt.Errorf("sql: %s: %w: it cannot be reached: try again when it is back", what, core.ErrUnavailable)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("sql: %s: %w", what, err)
	case errors.Is(err, stdsql.ErrTxDone):
		return fmt.Errorf("sql: %s: the transaction has ended: what InTx gives is for its function alone: %w", what, err)
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return fmt.Errorf("sql: %s: a statement in the transaction had failed, so that all of it was rolled back: "+
			"return that statement's error, or run it in an InTx of its own: %w", what, err)
	case pgerr.ConnectionLost(err):
		return fmt.Errorf("sql: %s: %w: try again when it is back; its log says why", what, core.ErrUnavailable)
	}
	var (
		needed *inUseError
		server *pgconn.PgError
	)
	switch {
	case errors.As(err, &needed):
		return needed.explain(what)
	case errors.As(err, &server):
		return explainServer(what, server)
	}
	return fmt.Errorf("sql: %s: %w", what, err)
}

// explainServer is Explain for an error of the server.
func explainServer(what string, err *pgconn.PgError) error {
	switch err.Code {
	case pgerrcode.UniqueViolation:
		return fmt.Errorf("sql: %s: %w", what, core.ErrConflict)
	case pgerrcode.ForeignKeyViolation:
		return fmt.Errorf("sql: %s: what it refers to%s: %w", what, referredRow(err.Detail), core.ErrNotFound)
	}
	remedy, known := remedies[err.Code]
	switch {
	case known:
	case pgerr.PlanChanged(err):
		remedy = "a table was changed since the statement was prepared: try again"
	case err.Code == pgerrcode.CheckViolation:
		remedy = "a value is not among those that " + err.ConstraintName + " allows"
	case pgerrcode.IsDataException(err.Code):
		remedy = "a value is not one that PostgreSQL can store or compare (error " + err.Code + ")"
	case pgerrcode.IsIntegrityConstraintViolation(err.Code), pgerrcode.IsSyntaxErrororAccessRuleViolation(err.Code):
		// The server's message quotes the statement.
		remedy = "the server refuses it (error " + err.Code + "); its log says why"
	default:
		remedy = fmt.Sprintf("the server failed (error %s): %s", err.Code, err.Message)
	}
	return &serverError{fmt.Sprintf("sql: %s: %s", what, remedy), err}
}

// refusedKey matches the key in the detail of a constraint violation, in any
// language: Key (agent_id)=(...) is not present in table "agents".
var refusedKey = regexp.MustCompile(`\((\w+)\)=\(([^)]*)\)`)

// RefusedKey returns the column and the value that violate a constraint, if the
// detail of the server's error names them.
func RefusedKey(detail string) (column, value string, ok bool) {
	found := refusedKey.FindStringSubmatch(detail)
	if found == nil {
		return "", "", false
	}
	return found[1], found[2], true
}

// referredRow names the missing row that a foreign key refers to.
func referredRow(detail string) string {
	column, value, ok := RefusedKey(detail)
	if !ok {
		return ""
	}
	return ", " + column + " " + value
}

// IsNotMigrated reports whether a statement failed because a table or column does
// not exist.
func IsNotMigrated(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && remedies[server.Code] == notMigrated
}

// IsNoRows reports whether a statement with RETURNING returned no row, as an
// insert with DO NOTHING does on conflict.
func IsNoRows(err error) bool { return errors.Is(err, stdsql.ErrNoRows) }
