package pgcluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// with lets a process inherit f, at a number that is not the lowest.
func with(f *os.File) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) { cmd.ExtraFiles = make([]*os.File, 7); cmd.ExtraFiles[6] = f }
}

// A reader of a pipe must reach its end when the program that it started has
// ended or closed it, although the server lives on.
func TestServerHoldsNoDescriptorOfTheProgram(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	defer read.Close()
	first := spawn(t, dir, with(write))
	require.NoError(t, write.Close())
	second := spawn(t, dir)
	first.kill()
	n, err := read.Read(make([]byte, 1)) // blocks as long as anyone has it
	require.Zero(t, n)
	require.Error(t, err)
	require.True(t, inspect(t, dir).Running)
	second.close(t)
}

// The same with a flock, as `flock 9` of a shell holds one, which is left to
// the processes below it.
func TestInitdbHoldsNoLockOfTheProgram(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	path := filepath.Join(filepath.Dir(dir), "lock")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, unix.Flock(int(f.Fd()), unix.LOCK_EX))
	other, err := os.Open(path)
	require.NoError(t, err)
	defer other.Close()

	u := launchHolder(t, dir, with(f))
	require.NoError(t, f.Close())
	data := ""
	eventually(t, "initdb is at it", func() bool {
		left, _ := filepath.Glob(filepath.Join(dir, newData+"*", "PG_VERSION"))
		if len(left) > 0 {
			data = filepath.Dir(left[0])
		}
		return data != ""
	})
	require.Error(t, unix.Flock(int(other.Fd()), unix.LOCK_EX|unix.LOCK_NB), "the program itself keeps its own")
	pids := processesOf(t, data)
	require.NotEmpty(t, pids)
	for _, pid := range pids { // held still, so that it cannot have ended meanwhile
		t.Cleanup(func() { _ = unix.Kill(pid, unix.SIGKILL) })
		require.NoError(t, unix.Kill(pid, unix.SIGSTOP))
	}
	u.kill()
	require.NoError(t, unix.Flock(int(other.Fd()), unix.LOCK_EX|unix.LOCK_NB), "initdb has none of it")
}

func TestNothingOfThisProcessIsTakenForInherited(t *testing.T) {
	t.Parallel()
	f, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer f.Close()
	require.NotContains(t, inheritedFDs(), int(f.Fd()))
}
