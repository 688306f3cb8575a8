package pgcluster

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// successor waits for a supervisor other than that of before.
func successor(t testing.TB, dir string, before Status) Status {
	t.Helper()
	var now Status
	eventually(t, "a user has replaced the supervisor", func() bool {
		now = inspect(t, dir)
		return now.SupervisorPID != 0 && now.SupervisorPID != before.SupervisorPID && now.Ready
	})
	return now
}

func TestUserReplacesAKilledSupervisor(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	before := inspect(t, dir)
	require.NoError(t, unix.Kill(before.SupervisorPID, unix.SIGKILL))
	after := successor(t, dir, before)
	require.Equal(t, before.PID, after.PID, "the server was adopted")

	require.NoError(t, unix.Kill(after.PID, unix.SIGKILL))
	eventually(t, "the adopted server was started again", func() bool {
		now := inspect(t, dir)
		return now.Ready && now.PID != after.PID
	})
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
}

func TestUserReplacesSupervisorAndServerKilledTogether(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	before := inspect(t, dir)
	require.NoError(t, unix.Kill(before.SupervisorPID, unix.SIGKILL))
	require.NoError(t, unix.Kill(before.PID, unix.SIGKILL))
	after := successor(t, dir, before)
	require.NotEqual(t, before.PID, after.PID)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
}

func TestServerStopsWhenSupervisorAndThenUserAreKilled(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	u := spawn(t, dir)
	before := inspect(t, dir)
	require.NoError(t, unix.Kill(before.SupervisorPID, unix.SIGKILL))
	successor(t, dir, before)
	u.kill()
	gone(t, dir)
}

func TestSeveralUsersReplaceASupervisorOnce(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	for range 3 {
		begin(t, dir)
	}
	other := spawn(t, dir)
	before := inspect(t, dir)
	require.NoError(t, unix.Kill(before.SupervisorPID, unix.SIGKILL))
	after := successor(t, dir, before)
	h, err := findHome(dir)
	require.NoError(t, err)
	require.False(t, h.lostSupervisor())
	other.close(t)
	require.Equal(t, after.SupervisorPID, inspect(t, dir).SupervisorPID)
	require.NotContains(t, h.logSince(0), "another supervisor holds")
}

// Who stops the server under its users does not want it back.
func TestForcedStopIsNotUndone(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]bool{"supervised": false, "without supervisor": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := madeDir(t)
			begin(t, dir)
			if kill {
				require.NoError(t, unix.Kill(inspect(t, dir).SupervisorPID, unix.SIGKILL))
			}
			require.NoError(t, Stop(t.Context(), Config{Dir: dir}, true))
			h, err := findHome(dir)
			require.NoError(t, err)
			require.False(t, h.lostSupervisor())
			require.False(t, inspect(t, dir).Running)
		})
	}
}
