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

// ConnectionLost reports whether err comes from a connection that was lost, or
// that could not be made: there is no server at the other end, or none yet. A
// statement that failed so may have been executed all the same. An error of a
// context is none of these: its caller gave up.
func ConnectionLost(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if code := Code(err); code != "" {
		return slices.Contains(Stopping, code) || pgerrcode.IsConnectionException(code)
	}
	var network *net.OpError
	if NotConnected(err) || errors.As(err, &network) {
		return true
	}
	return slices.ContainsFunc(lost, func(target error) bool { return errors.Is(err, target) }) || pgconn.SafeToRetry(err)
}

// NotConnected reports whether err comes from an attempt to connect, so that
// nothing can have been executed.
func NotConnected(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) && network.Op == "dial"
}
