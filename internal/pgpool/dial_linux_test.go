package pgpool_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/internal/pgtest"
)

// A network that drops packets sends no end: the kernel gives a connection up in
// seconds, and not in a quarter of an hour.
func TestSocketsAreGivenUpInSeconds(t *testing.T) {
	t.Parallel()
	db := open(t, pgpool.Config{URL: pgtest.NewProxy(t, pgtest.Database(t)).URL})
	conn, err := db.Pool().Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	raw, err := conn.Conn().PgConn().Conn().(*net.TCPConn).SyscallConn()
	require.NoError(t, err)
	is := map[string]int{}
	require.NoError(t, raw.Control(func(fd uintptr) {
		for name, option := range map[string][2]int{
			"user timeout": {unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT}, "keepalive": {unix.SOL_SOCKET, unix.SO_KEEPALIVE},
			"idle": {unix.IPPROTO_TCP, unix.TCP_KEEPIDLE}, "interval": {unix.IPPROTO_TCP, unix.TCP_KEEPINTVL}, "count": {unix.IPPROTO_TCP, unix.TCP_KEEPCNT},
		} {
			value, err := unix.GetsockoptInt(int(fd), option[0], option[1])
			if err != nil {
				t.Error(name, err)
			}
			is[name] = value
		}
	}))
	require.Equal(t, map[string]int{"user timeout": 15_000, "keepalive": 1, "idle": 15, "interval": 5, "count": 3}, is)
}
