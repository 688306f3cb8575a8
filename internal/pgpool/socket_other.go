//go:build !unix

package pgpool

import "net"

// socket looks at a connection's socket, which it can on Unix alone.
type socket struct{}

func (s *socket) open(net.Conn) {}

func (s *socket) readable() bool { return false }
