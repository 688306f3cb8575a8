package sql

import (
	"context"
	stdsql "database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// A server that restarts, or a pooler that drops connections, leaves dead ones
// in the pool. Whoever gets one of those has done nothing yet, so beginning
// anew is safe; so is reading again. A write that may have arrived is not, and
// fails.

const (
	// retryFor is how long a server may take to come back: crash recovery of a
	// small database, or a restart.
	retryFor = 10 * time.Second
	// firstPause doubles up to lastPause.
	firstPause = 10 * time.Millisecond
	lastPause  = 500 * time.Millisecond
)

// again calls do until it succeeds, fails for another reason than a lost
// connection, or the server has been away for too long.
func again(ctx context.Context, do func() error) error {
	deadline := time.Now().Add(retryFor)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := do()
		if err == nil || !connectionLost(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

// connectionLost reports that there is no server at the other end, or none yet.
func connectionLost(err error) bool {
	var (
		server  *pgconn.PgError
		connect *pgconn.ConnectError
		network *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &server):
		switch server.Code {
		case "57P01", "57P02", "57P03": // shut down by an administrator, by a crash, starting up
			return true
		}
		return strings.HasPrefix(server.Code, "08") // connection exceptions
	case errors.As(err, &connect), errors.As(err, &network):
		return true
	}
	for _, lost := range []error{
		sqldriver.ErrBadConn, stdsql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		os.ErrNotExist, syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}
