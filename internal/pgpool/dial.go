package pgpool

import (
	"net"
	"time"
)

// A connection that is used must not be trusted for as long as the kernel does,
// which may be a quarter of an hour, or two hours for an idle one: a network
// that drops packets, or a server that lost its power, sends no end.
const (
	// unacknowledged is how long data may remain without acknowledgement.
	unacknowledged = 15 * time.Second
	// A quiet connection is probed after keepIdle, and given up after keepCount
	// probes without an answer.
	keepIdle     = 15 * time.Second
	keepInterval = 5 * time.Second
	keepCount    = 3
)

// newDialer returns the dialer of a pool's connections.
func newDialer() *net.Dialer {
	return &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: keepIdle, Interval: keepInterval, Count: keepCount},
		Control:         limitUnacknowledged,
	}
}
