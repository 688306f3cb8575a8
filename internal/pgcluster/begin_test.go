package pgcluster

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Two that begin at once in an empty folder both take it for theirs, wherever the
// one is when the other looks.
func TestTwoBeginInAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for range 200 {
		dir := t.TempDir()
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i := range errs {
			both.Go(func() {
				h, err := openHome(dir)
				if err == nil {
					var start *lock
					if start, err = h.openLock(h.startLock()); err == nil {
						start.close()
						err = os.MkdirAll(filepath.Join(dir, "pgdata"), 0o700)
					}
				}
				errs[i] = err
			})
		}
		both.Wait()
		require.NoError(t, errs[0])
		require.NoError(t, errs[1])
	}
}

// A program that is killed at once may leave a supervisor that has not begun
// yet. The next caller launches one of its own; the first one to begin stays,
// and serves him.
func TestSupervisorOfAProgramThatWasKilled(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	h, err := openHome(dir)
	require.NoError(t, err)
	users, err := h.openLock(h.usersLock())
	require.NoError(t, err)
	defer users.close()
	require.NoError(t, users.wait(t.Context(), unix.LOCK_SH, "testing"))
	cfg := Config{Dir: dir}.withDefaults()
	first, err := h.bringUp(t.Context(), cfg)
	require.NoError(t, err)
	eventually(t, "the first one has begun", func() bool { return held(h.supervisorLock()) })
	second, err := h.bringUp(t.Context(), cfg)
	require.NoError(t, err)
	_, err = h.waitReady(t.Context(), cfg, second)
	require.ErrorIs(t, err, errLookAgain)
	_, err = h.waitReady(t.Context(), cfg, nil)
	require.NoError(t, err)
	require.Equal(t, first.pid, h.supervisorPID())
	c := begin(t, dir)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
}
