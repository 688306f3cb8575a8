//go:build unix

package pgpool

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// socket looks at a connection's socket without reading it.
type socket struct {
	raw   syscall.RawConn
	poll  [1]unix.PollFd
	ready bool
	look  func(fd uintptr)
}

// open prepares the socket, so that looking allocates nothing.
func (s *socket) open(conn net.Conn) {
	if layered, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = layered.NetConn() // TLS
	}
	below, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := below.SyscallConn()
	if err != nil {
		return
	}
	s.raw = raw
	s.look = func(fd uintptr) {
		s.poll[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN} //nolint:gosec // a file descriptor
		n, err := unix.Poll(s.poll[:], 0)
		s.ready = n > 0 && err == nil
	}
}

// readable reports whether there is something to read, or the end.
func (s *socket) readable() bool {
	if s.raw == nil {
		return false
	}
	s.ready = false
	return s.raw.Control(s.look) != nil || s.ready
}
