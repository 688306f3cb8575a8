// Package pgerr classifies errors of PostgreSQL and of the connection to it, by
// SQLSTATE and by type, never by their text. The adapter, the migration engine,
// the pool and the private cluster use it, so that they agree on what a lost
// connection is.
//
//	if pgerr.Is(err, pgerrcode.LockNotAvailable) { ... }
//
// The codes and their names are those of appendix A of PostgreSQL's
// documentation, as package github.com/jackc/pgerrcode spells them.
package pgerr

import (
	"errors"
	"slices"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// Server returns the server's error in err's chain, nil if there is none.
func Server(err error) *pgconn.PgError {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server
	}
	return nil
}

// Code returns the SQLSTATE of the server's error in err's chain, "" if there
// is none.
func Code(err error) string {
	if server := Server(err); server != nil {
		return server.Code
	}
	return ""
}

// Is reports whether err is an error of the server with one of the codes.
func Is(err error, codes ...string) bool {
	code := Code(err)
	return code != "" && slices.Contains(codes, code)
}

// stopping are the codes of a server that ends its sessions or does not accept
// any yet: shut down by an administrator, restarted after a crash, starting up.
var stopping = []string{pgerrcode.AdminShutdown, pgerrcode.CrashShutdown, pgerrcode.CannotConnectNow}

// idle are the codes of a session that the server ended while it waited for a
// statement: idle_session_timeout, and idle_in_transaction_session_timeout.
var idle = []string{pgerrcode.IdleSessionTimeout, pgerrcode.IdleInTransactionSessionTimeout}

// Conflict reports whether the server ended a transaction because of another
// one, so that all of it can be run again: a serialization failure or a
// deadlock.
func Conflict(err error) bool {
	return Is(err, pgerrcode.SerializationFailure, pgerrcode.DeadlockDetected)
}

// PlanChanged reports whether a prepared statement was refused because a table
// that it reads was changed since, before any of it was executed. The code is
// also that of what PostgreSQL does not support; the server's function is not.
func PlanChanged(err error) bool {
	server := Server(err)
	return server != nil && server.Code == pgerrcode.FeatureNotSupported && server.Routine == "RevalidateCachedQuery"
}
