package pgcluster

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// roleVariable makes the test binary play another process instead of testing.
// The argument is a folder.
const roleVariable = "PGCLUSTER_TEST_ROLE"

var roles = map[string]func(dir string) error{
	"hold":  hold,
	"dial":  dial,
	"start": startOnly,
}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := roles[role](os.Args[1]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(cleaning{m})
}

// cleaning removes what the tests share.
type cleaning struct{ m *testing.M }

func (c cleaning) Run() int {
	code := c.m.Run()
	if sharedDir != "" {
		_ = os.RemoveAll(sharedDir)
	}
	return code
}

// fast are settings for tests whose data may be lost with the machine, not
// with the server.
var fast = map[string]string{"fsync": "off"}

// hold is a user of a cluster: it says "ready" and the URL, and closes when
// it reads a line. What becomes of it otherwise is up to the test.
func hold(dir string) error {
	ctx := context.Background()
	c, err := Start(ctx, Config{Dir: dir, Settings: fast})
	if err != nil {
		return err
	}
	fmt.Println("ready", c.Attached(), c.URL())
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		select {} // the test is over or has died: wait for the kill
	}
	if err := c.Close(ctx); err != nil {
		return err
	}
	fmt.Println("closed")
	return nil
}

func dial(dir string) error {
	if !answers(dir) {
		return fmt.Errorf("no answer from %s", dir)
	}
	return nil
}

// startOnly is a start that is expected to fail.
func startOnly(dir string) error {
	c, err := Start(context.Background(), Config{Dir: dir, Settings: fast})
	if err != nil {
		return err
	}
	return c.Close(context.Background())
}

// role prepares the test binary to play a role.
func role(t testing.TB, name, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], dir)
	cmd.Env = append(os.Environ(), roleVariable+"="+name)
	cmd.Stderr = os.Stderr
	return cmd
}

// process is a user of a cluster in a process of its own.
type process struct {
	cmd      *exec.Cmd
	in       interface{ Write([]byte) (int, error) }
	out      *bufio.Reader
	url      string
	attached bool
}

// spawn starts a holder and waits until it has the cluster.
func spawn(t testing.TB, dir string, change ...func(*exec.Cmd)) *process {
	t.Helper()
	p := launchHolder(t, dir, change...)
	p.awaitReady(t)
	return p
}

func launchHolder(t testing.TB, dir string, change ...func(*exec.Cmd)) *process {
	t.Helper()
	cmd := role(t, "hold", dir)
	for _, f := range change {
		f(cmd)
	}
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{cmd: cmd, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return p
}

func (p *process) awaitReady(t testing.TB) {
	t.Helper()
	line, err := p.out.ReadString('\n')
	require.NoError(t, err)
	words := strings.Fields(line)
	require.Equal(t, "ready", words[0], line)
	p.attached, p.url = words[1] == "true", words[2]
}

// close lets the holder close the cluster and end.
func (p *process) close(t testing.TB) {
	t.Helper()
	_, err := p.in.Write([]byte("\n"))
	require.NoError(t, err)
	line, err := p.out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "closed\n", line)
	require.NoError(t, p.cmd.Wait())
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

var (
	sharedOnce sync.Once
	sharedDir  string
)

// newDir is a short path for a home that does not exist yet. After the test
// its server is stopped and the home removed.
func newDir(t testing.TB) string {
	t.Helper()
	parent, err := os.MkdirTemp("", "pgc")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(parent, 0o755))
	dir := filepath.Join(parent, "db")
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if text, err := os.ReadFile(filepath.Join(dir, "server.log")); err == nil && t.Failed() {
			t.Logf("server.log:\n%s", text)
		}
		if err := Stop(ctx, Config{Dir: dir}, true); err != nil {
			t.Log(err)
		}
		_ = os.Chmod(parent, 0o755)
		require.NoError(t, os.RemoveAll(parent))
	})
	return dir
}

// madeDir is a home whose cluster has been initialised: a copy, which is
// cheaper than an initdb for each test.
func madeDir(t testing.TB) string {
	t.Helper()
	sharedOnce.Do(func() {
		var err error
		sharedDir, err = os.MkdirTemp("", "pgc")
		require.NoError(t, err)
		c, err := Start(context.Background(), Config{Dir: filepath.Join(sharedDir, "db"), Settings: fast})
		require.NoError(t, err)
		require.NoError(t, c.Close(context.Background()))
	})
	dir := newDir(t)
	out, err := exec.Command("cp", "-a", filepath.Join(sharedDir, "db"), dir).CombinedOutput()
	require.NoError(t, err, string(out))
	return dir
}

// begin starts a cluster, which is closed after the test.
func begin(t testing.TB, dir string) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), Config{Dir: dir, Settings: fast})
	require.NoError(t, err)
	t.Cleanup(func() { end(t, c) })
	return c
}

// end closes a cluster: t's own context is over in a clean-up.
func end(t testing.TB, c *Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, c.Close(ctx))
}

// query runs one statement on a connection of its own and returns the first
// column of its first row, as text; empty when there is none.
func query(t testing.TB, url, sql string, args ...any) string {
	t.Helper()
	value, err := tryQuery(url, sql, args...)
	require.NoError(t, err)
	return value
}

func tryQuery(url, sql string, args ...any) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return "", err
	}
	values, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		v, err := row.Values()
		if err != nil || len(v) == 0 {
			return "", err
		}
		return fmt.Sprint(v[0]), nil
	})
	if err != nil || len(values) == 0 {
		return "", err
	}
	return values[0], nil
}

// inspect is Inspect without an error.
func inspect(t testing.TB, dir string) Status {
	t.Helper()
	s, err := Inspect(t.Context(), Config{Dir: dir})
	require.NoError(t, err)
	return s
}

// eventually waits for what another process does in its own time.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		require.True(t, time.Now().Before(deadline), "never happened: %s", what)
	}
}

// gone waits until neither server nor supervisor is left.
func gone(t testing.TB, dir string) {
	t.Helper()
	eventually(t, "the server and its supervisor ended", func() bool {
		s := inspect(t, dir)
		return !s.Running && s.SupervisorPID == 0
	})
}

// processesOf lists the living processes whose command line names path: from
// /proc where there is one, since a small Linux has no ps, and from ps where
// there is none. A dead process that has not been waited for has no command
// line.
func processesOf(t testing.TB, path string) []int {
	t.Helper()
	commands := map[int]string{}
	if files, _ := filepath.Glob("/proc/[0-9]*/cmdline"); len(files) > 0 {
		for _, file := range files {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			require.NoError(t, err)
			text, err := os.ReadFile(file)
			if err == nil { // else it has just ended
				commands[pid] = string(text)
			}
		}
	} else {
		out, err := exec.Command("ps", "-A", "-ww", "-o", "pid=,stat=,command=").Output()
		require.NoError(t, err)
		for line := range strings.Lines(string(out)) {
			if fields := strings.Fields(line); len(fields) > 2 && !strings.HasPrefix(fields[1], "Z") {
				pid, err := strconv.Atoi(fields[0])
				require.NoError(t, err)
				commands[pid] = line
			}
		}
	}
	var pids []int
	for pid, command := range commands {
		if strings.Contains(command, path) {
			pids = append(pids, pid)
		}
	}
	return pids
}
