package pgcluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInspectChangesNothing(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := inspect(t, dir)
	require.False(t, s.Exists)
	require.NotEmpty(t, s.Bin, "the server that would be used")
	require.NoDirExists(t, dir)

	require.NoError(t, os.Mkdir(dir, 0o755))
	require.True(t, inspect(t, dir).Exists)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
}

func TestInspectSeesARunningCluster(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	s := inspect(t, dir)
	require.NotZero(t, s.DataVersion)
	require.False(t, s.Running || s.InUse)
	c := begin(t, dir)
	s = inspect(t, dir)
	require.True(t, s.Running && s.Ready && s.InUse)
	require.Contains(t, s.Users, os.Getpid())
	require.NotZero(t, s.PID)
	require.NotZero(t, s.SupervisorPID)
	require.Equal(t, c.URL(), s.URL())
	require.Equal(t, filepath.Join(dir, "server.log"), s.Log)
	require.Equal(t, s.ServerVersion, firstWord(query(t, c.URL(), "SHOW server_version")))
}

func firstWord(text string) string {
	for i, r := range text {
		if r == ' ' {
			return text[:i]
		}
	}
	return text
}

func TestInspectRefusesWhatStartRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, "17\n", dir, "PG_VERSION")
	_, err := Inspect(t.Context(), Config{Dir: dir})
	var foreign *ForeignError
	require.ErrorAs(t, err, &foreign)
}

func TestStopIsRefusedWhileInUseUnlessForced(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	u := spawn(t, dir)
	err := Stop(t.Context(), Config{Dir: dir}, false)
	var used *InUseError
	require.ErrorAs(t, err, &used)
	require.Equal(t, []int{u.cmd.Process.Pid}, used.PIDs)
	require.ErrorContains(t, err, "--force")
	require.Equal(t, "1", query(t, u.url, "SELECT 1"))

	require.NoError(t, Stop(t.Context(), Config{Dir: dir}, true))
	require.False(t, inspect(t, dir).Running)
	c := begin(t, dir)
	require.False(t, c.Attached())
	u.close(t)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"), "the one who was stopped is no longer of account")
}

func TestStopWhatDoesNotRun(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		require.NoError(t, Stop(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "none")}, force))
		require.NoError(t, Stop(t.Context(), Config{Dir: t.TempDir()}, force))
		require.NoError(t, Stop(t.Context(), Config{Dir: madeDir(t)}, force))
	}
}

func TestStopOfAServerThatNobodyUsesAndNobodySupervises(t *testing.T) {
	t.Parallel()
	dir := orphan(t)
	require.True(t, inspect(t, dir).Running)
	require.NoError(t, Stop(t.Context(), Config{Dir: dir}, false))
	require.False(t, inspect(t, dir).Running)
}
