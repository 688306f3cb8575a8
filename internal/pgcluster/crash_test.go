package pgcluster

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestKilledOnlyUserServerStopsByItselfAndRowsStay(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	u := spawn(t, dir)
	query(t, u.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
	u.kill()
	gone(t, dir)
	c := begin(t, dir)
	require.False(t, c.Attached())
	require.Equal(t, "1000", query(t, c.URL(), "SELECT count(*) FROM kept"))
}

func TestKilledUserLeavesTheOthersUndisturbed(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	first := spawn(t, dir) // the one that started the server
	second := spawn(t, dir)
	conn, err := pgx.Connect(t.Context(), second.url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	server := inspect(t, dir).PID

	first.kill()
	eventually(t, "the killed user is no longer listed", func() bool {
		return len(inspect(t, dir).Users) <= 1
	})
	_, err = conn.Exec(t.Context(), "SELECT 1")
	require.NoError(t, err, "an open connection lives on")
	require.Equal(t, server, inspect(t, dir).PID)
	require.NoError(t, conn.Close(t.Context()))
	second.close(t)
	require.False(t, inspect(t, dir).Running)
}

// Every insert that was acknowledged must be there, whenever the server died.
func TestKilledServerUnderLoadKeepsEveryAcknowledgedRow(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	c, err := Start(t.Context(), Config{Dir: dir}) // durable, as users have it
	require.NoError(t, err)
	t.Cleanup(func() { end(t, c) })
	query(t, c.URL(), "CREATE TABLE acknowledged (id bigint PRIMARY KEY)")

	ctx, cancel := context.WithCancel(t.Context())
	var acknowledged sync.Map
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			next := int64(w) << 32
			for ctx.Err() == nil {
				conn, err := pgx.Connect(ctx, c.URL())
				if err != nil {
					time.Sleep(time.Millisecond)
					continue
				}
				for err == nil {
					next++
					if _, err = conn.Exec(ctx, "INSERT INTO acknowledged VALUES ($1)", next); err == nil {
						acknowledged.Store(next, true)
					}
				}
				_ = conn.Close(context.Background())
			}
		})
	}
	killed := 0
	for range 4 {
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
		s := inspect(t, dir)
		require.NoError(t, unix.Kill(s.PID, unix.SIGKILL))
		eventually(t, "the supervisor started the server again", func() bool {
			now := inspect(t, dir)
			return now.Ready && now.PID != s.PID
		})
		killed++
	}
	cancel()
	writers.Wait()

	stored := map[int64]bool{}
	conn, err := pgx.Connect(t.Context(), c.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), "SELECT id FROM acknowledged")
	require.NoError(t, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	require.NoError(t, err)
	for _, id := range ids {
		stored[id] = true
	}
	count := 0
	acknowledged.Range(func(id, _ any) bool {
		count++
		require.True(t, stored[id.(int64)], "row %d was acknowledged and is lost", id)
		return true
	})
	t.Logf("%d rows acknowledged, %d stored, server killed %d times", count, len(ids), killed)
	log, err := os.ReadFile(filepath.Join(dir, "server.log"))
	require.NoError(t, err)
	require.Contains(t, string(log), supervisorMark+"the server ended")
}

// A program gets its server back, however often that dies.
func TestAServerThatKeepsDyingComesBackForItsUsers(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	before := inspect(t, dir).SupervisorPID
	for killed := 0; killed < 6; {
		s := inspect(t, dir)
		if s.Ready && unix.Kill(s.PID, unix.SIGKILL) == nil {
			killed++
			eventually(t, "the server runs again", func() bool { now := inspect(t, dir); return now.Ready && now.PID != s.PID })
		}
	}
	require.Equal(t, before, inspect(t, dir).SupervisorPID)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
	log, err := os.ReadFile(filepath.Join(dir, "server.log"))
	require.NoError(t, err)
	require.Contains(t, string(log), "starting it again in 500ms", "with a pause in the end")
}

// A server that cannot start, as one without room for its WAL, comes back once
// it can.
func TestAServerThatCannotStartForAWhileComesBack(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	s := inspect(t, dir)
	control := filepath.Join(dir, "pgdata", "global", "pg_control")
	require.NoError(t, os.Rename(control, control+".away"))
	require.NoError(t, unix.Kill(s.PID, unix.SIGKILL))
	eventually(t, "it was tried", func() bool {
		log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
		return strings.Count(string(log), "the server ended before it was ready: starting it again") > 2
	})
	require.NoError(t, os.Rename(control+".away", control))
	eventually(t, "the server runs again", func() bool { return inspect(t, dir).Ready })
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
}

// A server that is not running, as it is about to be started again, still stops
// with its last user.
func TestASupervisorThatWaitsEndsWithItsLastUser(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	u := spawn(t, dir)
	settings := filepath.Join(dir, "pgdata", "postgresql.conf")
	require.NoError(t, os.Rename(settings, settings+".away"))
	require.NoError(t, unix.Kill(inspect(t, dir).PID, unix.SIGKILL))
	eventually(t, "it waits", func() bool {
		log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
		return strings.Contains(string(log), "starting it again in 500ms")
	})
	u.kill()
	gone(t, dir)
	require.NoError(t, os.Rename(settings+".away", settings))
	require.Equal(t, "1", query(t, begin(t, dir).URL(), "SELECT 1"))
}

func TestKilledSupervisorServerIsAdopted(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	first := spawn(t, dir)
	before := inspect(t, dir)
	require.NoError(t, unix.Kill(before.SupervisorPID, unix.SIGKILL))
	eventually(t, "the supervisor is gone", func() bool { return inspect(t, dir).SupervisorPID != before.SupervisorPID })
	require.True(t, inspect(t, dir).Running, "the server lives on")

	second := spawn(t, dir)
	require.True(t, second.attached)
	after := inspect(t, dir)
	require.Equal(t, before.PID, after.PID)
	require.NotZero(t, after.SupervisorPID)

	first.kill()
	second.kill()
	gone(t, dir)
}

func TestAdoptedServerIsKeptToo(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	s := inspect(t, dir)
	require.NoError(t, unix.Kill(s.SupervisorPID, unix.SIGKILL))
	eventually(t, "the supervisor is gone", func() bool { return inspect(t, dir).SupervisorPID != s.SupervisorPID })
	begin(t, dir)
	require.NoError(t, unix.Kill(s.PID, unix.SIGKILL))
	eventually(t, "the adopted server was started again", func() bool {
		now := inspect(t, dir)
		return now.Ready && now.PID != s.PID
	})
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
}

func TestLastUserStopsAServerWithoutSupervisor(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	require.NoError(t, unix.Kill(inspect(t, dir).SupervisorPID, unix.SIGKILL))
	end(t, c)
	require.False(t, inspect(t, dir).Running)
}

func TestAllKilledAtOnceAndTheNextStartRecovers(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	u := spawn(t, dir)
	query(t, u.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
	s := inspect(t, dir)
	require.NoError(t, unix.Kill(s.SupervisorPID, unix.SIGKILL))
	require.NoError(t, unix.Kill(s.PID, unix.SIGKILL))
	u.kill()
	c := begin(t, dir)
	require.Equal(t, "1000", query(t, c.URL(), "SELECT count(*) FROM kept"))
}

// A backend that outlives a killed server for a while holds its shared memory.
func TestBackendThatOutlivesAKilledServer(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	c := begin(t, dir)
	conn, err := pgx.Connect(t.Context(), c.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	backend := int(conn.PgConn().PID())
	require.NoError(t, unix.Kill(backend, unix.SIGSTOP))
	s := inspect(t, dir)
	require.NoError(t, unix.Kill(s.PID, unix.SIGKILL))
	eventually(t, "the new server was refused beside it", func() bool {
		log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
		return strings.Contains(string(log), "pre-existing shared memory block")
	})
	require.NoError(t, unix.Kill(backend, unix.SIGCONT))
	eventually(t, "the server runs again", func() bool { return inspect(t, dir).Ready })
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
}

func TestServerShutDownByHandStaysDownUntilTheNextStart(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	begin(t, dir)
	require.NoError(t, unix.Kill(inspect(t, dir).PID, unix.SIGINT))
	gone(t, dir)
	require.False(t, begin(t, dir).Attached())
}

func TestInterruptedInitdbIsNeverTakenForACluster(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	u := launchHolder(t, dir)
	eventually(t, "initdb is at it", func() bool {
		left, _ := filepath.Glob(filepath.Join(dir, newData+"*", "base", "1"))
		return len(left) > 0
	})
	u.kill()
	require.NoFileExists(t, filepath.Join(dir, "pgdata"))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, newData+"older", "base"), 0o700))

	c := begin(t, dir)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
	left, err := filepath.Glob(filepath.Join(dir, newData+"*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestInitdbStopsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := Start(ctx, Config{Dir: dir})
		done <- err
	}()
	eventually(t, "initdb is at it", func() bool {
		left, _ := filepath.Glob(filepath.Join(dir, newData+"*", "base", "1"))
		return len(left) > 0
	})
	cancel()
	err := <-done
	require.ErrorIs(t, err, context.Canceled)
	require.EqualError(t, err, "pgcluster: interrupted while making the cluster of "+dir+": nothing is left of it, start again")
	require.Empty(t, processesOf(t, dir))
	left, err := filepath.Glob(filepath.Join(dir, "pgdata*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestStartStopsWithItsContext(t *testing.T) {
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
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Start(ctx, Config{Dir: dir})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "pgcluster: interrupted while waiting for "+h.startLock())
	require.NotContains(t, err.Error(), "context")
}

// orphan is a cluster whose users and whose supervisor were killed, so that no
// supervisor is left to stop its server.
func orphan(t testing.TB) string {
	t.Helper()
	dir := madeDir(t)
	u := spawn(t, dir)
	// At once, from the user's view: he would replace the supervisor.
	require.NoError(t, u.cmd.Process.Signal(unix.SIGSTOP))
	require.NoError(t, unix.Kill(inspect(t, dir).SupervisorPID, unix.SIGKILL))
	eventually(t, "the supervisor is gone", func() bool { return inspect(t, dir).SupervisorPID == 0 })
	u.kill()
	return dir
}

func TestOrphanedServerIsUsedAndStopped(t *testing.T) {
	t.Parallel()
	dir := orphan(t)
	c := begin(t, dir)
	require.True(t, c.Attached())
	end(t, c)
	require.False(t, inspect(t, dir).Running)
}

// Wherever in its start a program is killed, the server it had begun stops
// and the next start works.
func TestKilledAtAnyMomentOfItsStart(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	for round := range 8 {
		u := launchHolder(t, dir)
		time.Sleep(time.Duration(round*20) * time.Millisecond)
		u.kill()
		if round%2 == 0 {
			gone(t, dir)
		}
	}
	c := begin(t, dir)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
	end(t, c)
	require.False(t, inspect(t, dir).Running)
}
