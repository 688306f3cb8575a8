package pgcluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// sleeper is a living process that is no server, and of the same user.
func sleeper(t testing.TB) int {
	t.Helper()
	cmd := exec.Command("sleep", "600")
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd.Process.Pid
}

// After a crash the id of the dead server has been given to someone else, as
// happens in containers all the time.
func TestStaleLockFileThatNamesALivingProcess(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	run := filepath.Join(dir, "run")
	pid := sleeper(t)
	write(t, fmt.Sprintf("%d\n%s/pgdata\n1700000000\n5432\n%s\n\n     9999   9999\nready   \n", pid, dir, run), dir, "pgdata", "postmaster.pid")
	write(t, fmt.Sprintf("%d\n%s/pgdata\n1700000000\n5432\n%s\n", pid, dir, run), run, socketName+".lock")
	write(t, "", run, socketName)
	s := inspect(t, dir)
	require.False(t, s.Running, "it is not taken for the server")

	c := begin(t, dir)
	require.False(t, c.Attached())
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
	require.NoError(t, unix.Kill(pid, 0), "and it lives on")
	end(t, c)
	require.NoError(t, unix.Kill(pid, 0))
}

func TestStaleLockFileThatWasCutShort(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "\x00\x00\x00\x00"} {
		dir := madeDir(t)
		write(t, text, dir, "pgdata", "postmaster.pid")
		c := begin(t, dir)
		require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
		end(t, c)
	}
}

func TestSupervisorLockThatNamesALivingProcess(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	pid := sleeper(t)
	write(t, fmt.Sprintf("%d\n", pid), dir, "supervisor.lock")
	require.Zero(t, inspect(t, dir).SupervisorPID)
	require.NoError(t, Stop(t.Context(), Config{Dir: dir}, true))
	require.NoError(t, unix.Kill(pid, 0))
	require.False(t, begin(t, dir).Attached())
}

func TestAliveKnowsTheServerByItsFolder(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	begin(t, dir)
	h, err := findHome(dir)
	require.NoError(t, err)
	p, ok := h.readPostmaster()
	require.True(t, ok)
	require.True(t, h.alive(p))
	other, err := findHome(filepath.Dir(madeDir(t)))
	require.NoError(t, err)
	require.False(t, other.alive(p), "the server of another cluster is not this one's")
	require.False(t, h.alive(postmaster{pid: os.Getpid()}))
}
