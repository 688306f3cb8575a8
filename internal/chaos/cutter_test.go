//go:build chaos

package chaos

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

// cutter is a way to a server on which one in twenty commits is cut, half of
// them before they reach it.
type cutter struct {
	url    string
	socket string
	cuts   atomic.Bool
	seen   atomic.Int64
	cut    atomic.Int64
}

func newCutter(t *testing.T, to string) *cutter {
	t.Helper()
	p := &cutter{}
	p.cuts.Store(true)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	p.url, _, p.socket = pgtest.Through(t, to, listener.Addr().String())
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

func (p *cutter) serve(client net.Conn) {
	server, err := net.Dial("unix", p.socket)
	if err != nil {
		_ = client.Close()
		return
	}
	go p.copy(server, client, [][]byte{[]byte("commit"), []byte("COMMIT")}) // the statement
	p.copy(client, server, [][]byte{[]byte("C\x00\x00\x00\x0bCOMMIT\x00"), []byte("C\x00\x00\x00\x0fINSERT 0 1\x00")})
}

// copy copies until one end closes, or a commit is to be cut.
func (p *cutter) copy(to, from net.Conn, commits [][]byte) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		for _, commit := range commits {
			if p.cuts.Load() && bytes.Contains(buffer[:n], commit) && p.seen.Add(1)%20 == 0 {
				p.cut.Add(1)
				return
			}
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
