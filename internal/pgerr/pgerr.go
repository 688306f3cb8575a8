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
