package pgerr

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"syscall"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// lost are the errors of reading from, or writing to, a connection that is no
// more, and of a socket that is not there.
var lost = []error{
	driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
	os.ErrNotExist, syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED,
}

// ConnectionLost reports whether the connection to the server was lost or could
// not be established. Unless NeverSent, the statement may have been executed
// nevertheless. It returns false for an error of the caller's context, as the
// caller ended the statement.
func ConnectionLost(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if code := Code(err); code != "" {
		return slices.Contains(stopping, code) || slices.Contains(idle, code) || pgerrcode.IsConnectionException(code)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true // also when the limit of one attempt to connect has passed
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var network *net.OpError
	if NotConnected(err) || errors.As(err, &network) {
		return true
	}
	return slices.ContainsFunc(lost, func(target error) bool { return errors.Is(err, target) }) || pgconn.SafeToRetry(err)
}

// NotConnected reports whether err comes from an attempt to connect, so that no
// statement can have been executed.
func NotConnected(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) && network.Op == "dial"
}

// NeverSent reports whether the connection was lost, or could not be
// established, before a byte of the statement was sent, or before the server
// read it: a session that is ended for its idleness has read nothing since.
func NeverSent(err error) bool {
	if Full(err) {
		return true
	}
	if !ConnectionLost(err) {
		return false
	}
	return NotConnected(err) || pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) ||
		Is(err, pgerrcode.CannotConnectNow) || Is(err, idle...)
}

// Full reports whether the server has no connection left, for this role or
// database or at all.
func Full(err error) bool { return Is(err, pgerrcode.TooManyConnections) }

// TimeLimit reports whether a connection was given up because the server did
// not answer within the limit of a statement, which is none of the caller's.
func TimeLimit(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded)
}
