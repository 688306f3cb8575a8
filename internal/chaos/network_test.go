//go:build chaos

package chaos

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/pgtest"
)

// relayVariable makes the test binary a relay to the socket that it names.
const relayVariable = "CHAOS_RELAY"

// relayAddress is where the relay listens, on a host of its own.
const relayAddress = "10.213.77.2:5432"

// network is a way to a server through another host, a network namespace, that
// can drop packets. It takes root and iproute2.
type network struct {
	url, namespace, link string
}

func newNetwork(t *testing.T, to string) *network {
	t.Helper()
	n := &network{namespace: fmt.Sprintf("chaos%d", os.Getpid()), link: fmt.Sprintf("ch%d", os.Getpid()%100000)}
	var socket string
	n.url, _, socket = pgtest.Through(t, to, relayAddress)
	ip(t, "netns add "+n.namespace)
	t.Cleanup(func() { ip(t, "netns del "+n.namespace) })
	ip(t, "link add "+n.link+" type veth peer name far netns "+n.namespace)
	ip(t, "addr add 10.213.77.1/24 dev "+n.link)
	ip(t, "link set "+n.link+" up")
	ip(t, "-n "+n.namespace+" addr add 10.213.77.2/24 dev far")
	ip(t, "-n "+n.namespace+" link set far up")
	command := exec.Command("ip", "netns", "exec", n.namespace, os.Args[0]) //nolint:gosec // itself
	command.Env = append(os.Environ(), relayVariable+"="+socket)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", relayAddress, time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)
	return n
}

// drop drops all packets from the other host, or stops doing so. A link that is
// down at the far end looks like that.
func (n *network) drop(t *testing.T, drops bool) {
	t.Helper()
	state := "up"
	if drops {
		state = "down"
	}
	ip(t, "-n "+n.namespace+" link set far "+state)
}

func ip(t *testing.T, arguments string) {
	t.Helper()
	out, err := exec.Command("ip", strings.Fields(arguments)...).CombinedOutput() //nolint:gosec // the test's own
	require.NoError(t, err, "ip %s: %s", arguments, out)
}

// relay passes connections on to a socket.
func relay() error {
	listener, err := net.Listen("tcp", relayAddress)
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			server, err := net.Dial("unix", os.Getenv(relayVariable))
			if err != nil {
				return
			}
			defer server.Close()
			go func() {
				_, _ = io.Copy(server, client)
				_ = server.Close()
			}()
			_, _ = io.Copy(client, server)
		}()
	}
}
