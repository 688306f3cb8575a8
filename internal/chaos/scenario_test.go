//go:build chaos

package chaos

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgtest"
)

var lasts = flag.Duration("lasts", time.Minute, "how long each trouble lasts")

func TestMain(m *testing.M) {
	run := func(f func() error) {
		if err := f(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	switch {
	case os.Getenv(relayVariable) != "":
		run(relay)
	case os.Getenv(writersVariable) != "":
		run(program)
	}
	os.Exit(m.Run())
}

// server starts a private cluster whose commits are durable.
func server(t *testing.T, settings map[string]string) *pgcluster.Cluster {
	t.Helper()
	c, err := pgcluster.Start(t.Context(), pgcluster.Config{Dir: pgtest.Dir(t), Settings: settings})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
	return c
}

// signal sends a signal to the server of a private cluster.
func signal(t *testing.T, dir string, what unix.Signal) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pgdata", "postmaster.pid")) //nolint:gosec // the test's own folder
	if err != nil {
		return // it is about to start
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	_ = unix.Kill(pid, what)
}

// again starts a server that was shut down, a second later.
func again(t *testing.T, dir string) {
	t.Helper()
	time.Sleep(time.Second)
	c, err := pgcluster.Start(t.Context(), pgcluster.Config{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
}

// repeat calls trouble at intervals while it lasts, and then waits a moment.
func repeat(t *testing.T, interval time.Duration, trouble func(n int)) {
	t.Helper()
	times := 0
	for end := time.Now().Add(*lasts); time.Now().Before(end); times++ {
		time.Sleep(interval)
		trouble(times)
	}
	time.Sleep(5 * time.Second)
	t.Logf("%d times in %s", times, *lasts)
}

// Servers are restarted in all modes under eight writers.
func TestServerIsRestarted(t *testing.T) {
	for name, how := range map[string]unix.Signal{"fast": unix.SIGINT, "immediate": unix.SIGQUIT, "killed": unix.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			c := server(t, nil)
			l, gone := start(t, 1, 8, urlVariable+"="+c.URL()), observe(t, c.URL())
			repeat(t, 10*time.Second, func(int) {
				signal(t, c.Dir(), how)
				if how != unix.SIGKILL { // what was shut down by hand stays down
					again(t, c.Dir())
				}
			})
			check(t, c.URL(), l.stop(t), gone, 25*time.Second)
		})
	}
}

// An administrator ends all connections, ten times a second.
func TestConnectionsAreTerminated(t *testing.T) {
	c := server(t, nil)
	l := start(t, 1, 8, urlVariable+"="+c.URL())
	cfg, err := pgcluster.ParseConfig(c.URL())
	require.NoError(t, err)
	admin, err := pgx.ConnectConfig(t.Context(), cfg)
	require.NoError(t, err)
	defer admin.Close(context.Background())
	repeat(t, 100*time.Millisecond, func(int) {
		_, err := admin.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
		require.NoError(t, err)
	})
	check(t, c.URL(), l.stop(t), nil, 25*time.Second)
}

// Connections are cut before a commit reaches the server, and before its answer
// reaches the program.
func TestCommitsAreCut(t *testing.T) {
	c := server(t, nil)
	p := newCutter(t, c.URL())
	l := start(t, 1, 8, urlVariable+"="+p.url)
	time.Sleep(*lasts)
	p.cuts.Store(false)
	t.Logf("%d commits were cut", p.cut.Load())
	check(t, c.URL(), l.stop(t), nil, 25*time.Second)
}

// The network drops all packets for a while.
func TestNetworkHasHoles(t *testing.T) {
	c := server(t, nil)
	n := newNetwork(t, c.URL())
	l := start(t, 1, 8, urlVariable+"="+n.url)
	repeat(t, 7*time.Second, func(times int) {
		n.drop(t, true)
		time.Sleep([]time.Duration{time.Second, 4 * time.Second, 8 * time.Second}[times%3])
		n.drop(t, false)
	})
	check(t, c.URL(), l.stop(t), nil, time.Minute+25*time.Second)
}

// Eight programs want more connections than the server has.
func TestServerHasFewConnections(t *testing.T) {
	c := server(t, map[string]string{"max_connections": "20"})
	l := start(t, 8, 8, urlVariable+"="+c.URL())
	time.Sleep(*lasts)
	check(t, c.URL(), l.stop(t), nil, 25*time.Second)
}

// The disk of a private server is full, and has room again.
func TestDiskIsFull(t *testing.T) {
	dir := pgtest.Dir(t)
	require.NoError(t, unix.Mount("tmpfs", dir, "tmpfs", 0, "size=300m"))
	t.Cleanup(func() {
		_ = pgcluster.Stop(context.Background(), pgcluster.Config{Dir: dir}, true)
		require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH))
	})
	l := start(t, 1, 8, folderVariable+"="+dir)
	url := attach(t, dir)
	gone := observe(t, url)
	ballast := filepath.Join(dir, "ballast")
	repeat(t, 10*time.Second, func(int) {
		out, err := exec.Command("dd", "if=/dev/zero", "of="+ballast, "bs=64k").CombinedOutput() //nolint:gosec // the test's own folder
		require.Error(t, err, "%s", out)
		for range 20 { // the server wants new files for its log
			if !switchLog(url) {
				break
			}
		}
		time.Sleep(5 * time.Second)
		require.NoError(t, os.Remove(ballast))
	})
	answers := len(keysIn(t, url))
	time.Sleep(10 * time.Second)
	require.Greater(t, len(keysIn(t, url)), answers, "the program writes again")
	check(t, url, l.stop(t), gone, 40*time.Second)
}

// switchLog makes a server begin another file of its write-ahead log, and reports
// whether it could.
func switchLog(url string) bool {
	cfg, err := pgcluster.ParseConfig(url)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return false
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "SELECT pg_logical_emit_message(true, 'chaos', 'x'), pg_switch_wal()")
	return err == nil
}

// attach returns the URL of the cluster that a program has started in a folder.
func attach(t *testing.T, dir string) string {
	t.Helper()
	c, err := pgcluster.Start(t.Context(), pgcluster.Config{Dir: dir})
	require.NoError(t, err)
	require.True(t, c.Attached())
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
	return c.URL()
}
