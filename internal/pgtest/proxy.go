package pgtest

import (
	"bytes"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Proxy is a way to a database that a test can interrupt.
type Proxy struct {
	// URL is that of the database, through the proxy.
	URL string
	// Attempts counts the connections that clients have asked for.
	Attempts atomic.Int64
	// Trips counts round trips: how often clients sent something after they had
	// read an answer, or at first. Those that ask whether an idle connection is
	// alive are left out, as their number depends on time.
	Trips atomic.Int64

	network, address string

	mu     sync.Mutex
	down   bool
	frozen bool
	open   map[net.Conn]struct{}
}

// NewProxy starts a proxy of the database at a URL, which ends with the test.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &Proxy{open: map[net.Conn]struct{}{}}
	p.URL, p.network, p.address = Through(t, to, listener.Addr().String())
	var group sync.WaitGroup
	group.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.Cut()
		group.Wait()
	})
	return p
}

// Through returns the URL of a database by way of a TCP address, and where what
// listens there reaches its server.
func Through(t testing.TB, to, way string) (through, network, address string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(to)
	require.NoError(t, err)
	network, address = "tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port)))
	if strings.HasPrefix(cfg.Host, "/") {
		network, address = "unix", cfg.Host+"/.s.PGSQL."+strconv.Itoa(int(cfg.Port))
	}
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: way,
		Path: cfg.Database, RawQuery: "sslmode=disable",
	}).String(), network, address
}

// Down closes all connections, and refuses others until Up.
func (p *Proxy) Down() {
	p.set(&p.down, true)
	p.Cut()
}

// Up ends Down.
func (p *Proxy) Up() { p.set(&p.down, false) }

// Freeze swallows everything that is sent from now on, in both directions, as a
// network does that drops packets. New connections are not answered either.
func (p *Proxy) Freeze() { p.set(&p.frozen, true) }

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
}

func (p *Proxy) set(field *bool, to bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*field = to
}

func (p *Proxy) is(field *bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return *field
}

// keep notes a connection, and reports false if it is to be closed at once.
func (p *Proxy) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[conn] = struct{}{}
	return !p.down
}

func (p *Proxy) drop(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, conn)
	_ = conn.Close()
}

func (p *Proxy) serve(client net.Conn) {
	p.Attempts.Add(1)
	defer p.drop(client)
	if !p.keep(client) {
		return
	}
	server, err := net.Dial(p.network, p.address)
	if err != nil {
		return
	}
	defer p.drop(server)
	if !p.keep(server) {
		return
	}
	var answered atomic.Bool
	answered.Store(true)
	var group sync.WaitGroup
	group.Go(func() {
		p.copy(server, client, func(sent []byte) {
			if answered.Swap(false) && !bytes.Contains(sent, []byte("-- ping\x00")) {
				p.Trips.Add(1)
			}
		})
	})
	group.Go(func() { p.copy(client, server, func([]byte) { answered.Store(true) }) })
	group.Wait()
}

// copy sends on what it reads, after a call of see, and closes both ends with
// either.
func (p *Proxy) copy(to, from net.Conn, see func(sent []byte)) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !p.is(&p.frozen) {
			see(buffer[:n])
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
