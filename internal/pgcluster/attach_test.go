package pgcluster

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestSecondProcessAttachesAndTheLastOneOutStops(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	first := spawn(t, dir)
	require.False(t, first.attached)
	server := inspect(t, dir).PID
	second := spawn(t, dir)
	require.True(t, second.attached)
	require.Equal(t, first.url, second.url)

	first.close(t)
	s := inspect(t, dir)
	require.Equal(t, server, s.PID, "the one who started it left, and the server stays")
	require.Equal(t, "1", query(t, second.url, "SELECT 1"))

	second.close(t)
	s = inspect(t, dir)
	require.False(t, s.Running)
	require.Zero(t, s.SupervisorPID)
}

func TestManyProcessesAtOnceOnANewFolder(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	var users []*process
	for range 6 {
		users = append(users, launchHolder(t, dir))
	}
	starters := 0
	for _, u := range users {
		u.awaitReady(t)
		if !u.attached {
			starters++
		}
	}
	require.Equal(t, 1, starters)
	var closing sync.WaitGroup
	for _, u := range users {
		closing.Go(func() { u.close(t) })
	}
	closing.Wait()
	require.False(t, inspect(t, dir).Running, "all closed at once, and one of them was the last")
}

func TestTwoStartsInOneProcess(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	clusters := make([]*Cluster, 4)
	var starting sync.WaitGroup
	for i := range clusters {
		starting.Go(func() {
			c, err := Start(t.Context(), Config{Dir: dir, Settings: fast})
			if err == nil {
				clusters[i] = c
			}
		})
	}
	starting.Wait()
	for i, c := range clusters {
		require.NotNil(t, c)
		require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
		end(t, c)
		require.Equal(t, i < len(clusters)-1, inspect(t, dir).Running)
	}
}

func TestRelativeAndLinkedFoldersAreTheSameCluster(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	link := filepath.Join(filepath.Dir(dir), "link")
	require.NoError(t, os.Symlink(dir, link))
	wd, err := os.Getwd()
	require.NoError(t, err)
	relative, err := filepath.Rel(wd, dir)
	require.NoError(t, err)

	c := begin(t, relative)
	require.False(t, c.Attached())
	require.Equal(t, dir, c.Dir())
	d := begin(t, link)
	require.True(t, d.Attached())
	require.Equal(t, c.URL(), d.URL())
}

func TestCloseTwiceAndAtOnce(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	var closing sync.WaitGroup
	for range 4 {
		closing.Go(func() { end(t, c) })
	}
	closing.Wait()
	end(t, c)
	require.False(t, inspect(t, dir).Running)
}

func TestStartGivesUpWhenContextEnds(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	h, err := openHome(dir)
	require.NoError(t, err)
	other, err := h.openLock(h.startLock())
	require.NoError(t, err)
	defer other.close()
	ok, err := other.try(unix.LOCK_EX)
	require.NoError(t, err)
	require.True(t, ok)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = Start(ctx, Config{Dir: dir})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, h.startLock())
}

// The owner of a start that is given up half-way is a user like any other.
func TestStartThatIsGivenUpLeavesNoServer(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	for wait := 5 * time.Millisecond; wait < 80*time.Millisecond; wait *= 2 {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		c, err := Start(ctx, Config{Dir: dir, Settings: fast})
		cancel()
		if err == nil {
			end(t, c)
		}
		gone(t, dir)
	}
}

func TestCloseGivesUpWhenContextEndsAndTheServerStopsAllTheSame(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.Close(ctx), context.Canceled)
	end(t, c)
	require.False(t, inspect(t, dir).Running)
}

func TestEnvironmentOfOtherClustersDoesNotMatter(t *testing.T) {
	t.Setenv("PGPORT", "7777")
	t.Setenv("PGDATA", "/nowhere")
	t.Setenv("PGHOST", "/nowhere")
	t.Setenv("AGENT_SECRET", "hunter2")
	c := begin(t, newDir(t))
	require.Equal(t, "5432", query(t, c.URL(), "SHOW port"))
	require.Equal(t, "", query(t, c.URL(), "SHOW listen_addresses"))
	pid := query(t, c.URL(), "SELECT pg_backend_pid()")
	if environment, err := os.ReadFile("/proc/" + pid + "/environ"); err == nil {
		require.NotContains(t, string(environment), "hunter2")
	}
}

func TestClusterAsInitialised(t *testing.T) {
	t.Parallel()
	c := begin(t, madeDir(t))
	for setting, want := range map[string]string{
		"server_encoding": "UTF8", "jit": "off", "max_connections": "100", "fsync": "off",
	} {
		require.Equal(t, want, query(t, c.URL(), "SHOW "+setting), setting)
	}
	require.Equal(t, "postgres", query(t, c.URL(), "SELECT current_user"))
	require.Equal(t, "ÄÖ", query(t, c.URL(), "SELECT upper('äö')"))
}
