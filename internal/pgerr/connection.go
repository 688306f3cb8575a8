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
// not be established. Unless NotConnected, the statement may have been executed
// nevertheless. It returns false for an error of a context, as the caller ended
// the statement.
func ConnectionLost(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if code := Code(err); code != "" {
		return slices.Contains(stopping, code) || pgerrcode.IsConnectionException(code)
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
