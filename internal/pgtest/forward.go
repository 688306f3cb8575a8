package pgtest

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"
)

// forwardPort is part of the socket's name and nothing else.
const forwardPort = 5432

// forward proxies a socket, for a process that cannot enter the folder of the
// original.
type forward struct {
	listener net.Listener
	target   string
	running  sync.WaitGroup

	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

// newForward listens in a folder, on the socket that PostgreSQL would create
// there, and forwards every connection to the socket target.
func newForward(dir, target string) (*forward, error) {
	listener, err := net.Listen("unix", filepath.Join(dir, fmt.Sprintf(".s.PGSQL.%d", forwardPort)))
	if err != nil {
		return nil, err
	}
	f := &forward{listener: listener, target: target, open: make(map[net.Conn]struct{})}
	f.running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			f.running.Go(func() { f.serve(client) })
		}
	})
	return f, nil
}

// serve copies in both directions until either side ends.
func (f *forward) serve(client net.Conn) {
	defer f.end(client)
	server, err := net.Dial("unix", f.target)
	if err != nil {
		return
	}
	defer f.end(server)
	if !f.begin(client) || !f.begin(server) {
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			way[0].Close()
			way[1].Close()
		})
	}
	both.Wait()
}

func (f *forward) begin(c net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[c] = struct{}{}
	return !f.closed
}

func (f *forward) end(c net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, c)
	c.Close()
}

// close closes all connections and waits for their goroutines.
func (f *forward) close() {
	f.listener.Close()
	f.mu.Lock()
	f.closed = true
	for c := range f.open {
		c.Close()
	}
	f.mu.Unlock()
	f.running.Wait()
}
