package pgerr_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgerr"
)

func server(code string) error { return fmt.Errorf("save: %w", &pgconn.PgError{Code: code}) }

func TestCode(t *testing.T) {
	t.Parallel()
	require.Equal(t, "23505", pgerr.Code(server(pgerrcode.UniqueViolation)))
	require.Empty(t, pgerr.Code(io.EOF))
	require.Empty(t, pgerr.Code(nil))
	require.Nil(t, pgerr.Server(io.EOF))
	require.Equal(t, "23505", pgerr.Server(server(pgerrcode.UniqueViolation)).Code)
	require.True(t, pgerr.Is(server(pgerrcode.UniqueViolation), pgerrcode.CheckViolation, pgerrcode.UniqueViolation))
	require.False(t, pgerr.Is(server(pgerrcode.UniqueViolation), pgerrcode.CheckViolation))
	require.False(t, pgerr.Is(io.EOF, ""))
}

func TestConnectionLost(t *testing.T) {
	t.Parallel()
	read := &net.OpError{Op: "read", Err: syscall.ETIMEDOUT}
	dial := &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}
	tests := []struct {
		name               string
		err                error
		lost, notConnected bool
	}{
		{"nothing", nil, false, false},
		{"shut down", server(pgerrcode.AdminShutdown), true, false},
		{"restarted after a crash", server(pgerrcode.CrashShutdown), true, false},
		{"starting up", server(pgerrcode.CannotConnectNow), true, false},
		{"ended for its idleness", server(pgerrcode.IdleSessionTimeout), true, false},
		{"ended for its idleness in a transaction", server(pgerrcode.IdleInTransactionSessionTimeout), true, false},
		{"connection exception", server(pgerrcode.ConnectionFailure), true, false},
		{"cancelled by the server", server(pgerrcode.QueryCanceled), false, false},
		{"a constraint", server(pgerrcode.UniqueViolation), false, false},
		{"reading", read, true, false},
		{"dialling", dial, true, true},
		{"the peer closed it", fmt.Errorf("receive: %w", io.ErrUnexpectedEOF), true, false},
		{"the peer reset it", fmt.Errorf("send: %w", syscall.ECONNRESET), true, false},
		{"no socket", &os.PathError{Op: "stat", Path: ".s.PGSQL.5432", Err: os.ErrNotExist}, true, false},
		{"database/sql gave up", driver.ErrBadConn, true, false},
		{"a connection given back", sql.ErrConnDone, true, false},
		{"the caller cancelled", fmt.Errorf("%w: %w", context.Canceled, read), false, false},
		{"the caller's time is over", fmt.Errorf("%w: %w", context.DeadlineExceeded, dial), false, true},
		{"anything else", errors.New("no such memory"), false, false},
	}
	for _, tt := range tests {
		require.Equal(t, tt.lost, pgerr.ConnectionLost(tt.err), tt.name)
		require.Equal(t, tt.notConnected, pgerr.NotConnected(tt.err), tt.name)
	}
}

// A refused connection is told from a lost one with pgx's own errors.
func TestRefusedConnection(t *testing.T) {
	t.Parallel()
	_, err := pgconn.Connect(t.Context(), "postgres://u@127.0.0.1:1/db?sslmode=disable")
	require.Error(t, err)
	require.True(t, pgerr.ConnectionLost(err))
	require.True(t, pgerr.NotConnected(err))
}

// An attempt to connect that takes too long is the server's fault, not the
// caller's.
func TestAConnectTimeoutIsALostConnection(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	cfg, err := pgconn.ParseConfig("postgres://u@" + silent.Addr().String() + "/db?sslmode=disable")
	require.NoError(t, err)
	cfg.ConnectTimeout = 10 * time.Millisecond
	_, err = pgconn.ConnectConfig(t.Context(), cfg)
	var timeout net.Error // of the context, or of the network
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout())
	require.True(t, pgerr.ConnectionLost(err))
	require.True(t, pgerr.NeverSent(err))
}

func TestNeverSent(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"dialling": &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, "starting up": server(pgerrcode.CannotConnectNow),
		"no connection left": server(pgerrcode.TooManyConnections), "ended before it was read": server(pgerrcode.IdleSessionTimeout),
		"database/sql gave up": driver.ErrBadConn,
	} {
		require.True(t, pgerr.NeverSent(err), name)
	}
	for name, err := range map[string]error{
		"nothing": nil, "shut down": server(pgerrcode.AdminShutdown), "reading": &net.OpError{Op: "read", Err: syscall.ETIMEDOUT},
		"a constraint": server(pgerrcode.UniqueViolation), "the caller cancelled": context.Canceled,
	} {
		require.False(t, pgerr.NeverSent(err), name)
	}
}

func TestPlanChangedIsToldFromWhatIsNotSupported(t *testing.T) {
	t.Parallel()
	require.True(t, pgerr.PlanChanged(&pgconn.PgError{Code: pgerrcode.FeatureNotSupported, Routine: "RevalidateCachedQuery"}))
	require.False(t, pgerr.PlanChanged(server(pgerrcode.FeatureNotSupported)))
	require.False(t, pgerr.PlanChanged(nil))
}
