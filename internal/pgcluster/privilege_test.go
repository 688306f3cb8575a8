package pgcluster

import (
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// These tests take the ways of root when root runs them. Run by an ordinary
// user they take the ordinary way through the same folders and demand the
// same: a cluster that works, and files that are its owner's alone.

// The user nobody is an ordinary user that every system has.
const nobody = 65534

func ownerOf(t testing.TB, path string) int {
	t.Helper()
	info, err := os.Lstat(path)
	require.NoError(t, err)
	return int(info.Sys().(*syscall.Stat_t).Uid)
}

// works starts the cluster of cfg twice, so that the second start finds what
// the first has left, and returns whose the data is.
func works(t testing.TB, cfg Config) int {
	t.Helper()
	cfg.Settings = fast
	for range 2 {
		c, err := Start(t.Context(), cfg)
		require.NoError(t, err)
		query(t, c.URL(), "CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS id")
		require.Equal(t, "1", query(t, c.URL(), "SELECT count(*) FROM kept"))
		end(t, c)
		require.False(t, inspect(t, cfg.Dir).Running)
	}
	owner := ownerOf(t, filepath.Join(cfg.Dir, "pgdata"))
	require.Equal(t, owner, ownerOf(t, filepath.Join(cfg.Dir, "pgdata", "PG_VERSION")))
	require.Equal(t, owner, ownerOf(t, cfg.Dir))
	return owner
}

// namespacesWork says whether this process may make user namespaces.
func namespacesWork(t testing.TB) bool {
	t.Helper()
	h := &home{dir: t.TempDir(), uid: os.Geteuid(), gid: os.Getegid()}
	for _, w := range namespaces(h.uid, h.gid, false, forbidden{}) {
		cmd := exec.Command("true")
		cmd.SysProcAttr = &w.attr
		if cmd.Run() == nil {
			return true
		}
	}
	return false
}

// rootOwner is who owns a cluster that root has made.
func rootOwner(t testing.TB) int {
	t.Helper()
	if os.Geteuid() != 0 || namespacesWork(t) {
		return os.Geteuid()
	}
	return postgresID(t)
}

func postgresID(t testing.TB) int {
	t.Helper()
	u, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	return uid
}

func TestRunsAsWhoeverStartsIt(t *testing.T) {
	t.Parallel()
	require.Equal(t, rootOwner(t), works(t, Config{Dir: newDir(t)}))
}

func TestRunsWithTheSimplestNamespace(t *testing.T) {
	t.Parallel()
	require.Equal(t, rootOwner(t), works(t, Config{Dir: newDir(t), forbid: forbidden{Ambient: true}}))
}

// Root's own folder below a parent that is another user's and closed.
func TestRunsBelowAClosedParentOfAnotherUser(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	parent := filepath.Dir(dir)
	require.NoError(t, os.Chmod(parent, 0o700))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(parent, nobody, nobody))
	}
	require.Equal(t, rootOwner(t), works(t, Config{Dir: dir}))
}

// The same where namespaces are forbidden, as in many containers: user postgres
// cannot enter, but may be let in.
func TestRunsAsUserPostgresBelowAClosedParent(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o700))
	want := os.Geteuid()
	if want == 0 {
		want = postgresID(t)
	}
	require.Equal(t, want, works(t, Config{Dir: dir, forbid: forbidden{Namespace: true}}))
}

func TestRunsAsUserPostgresWhereNamespacesAreForbidden(t *testing.T) {
	t.Parallel()
	want := os.Geteuid()
	if want == 0 {
		want = postgresID(t)
	}
	require.Equal(t, want, works(t, Config{Dir: newDir(t), forbid: forbidden{Namespace: true}}))
}

// A cluster is not bound to the way in which it was first run.
func TestClusterMovesBetweenTheWays(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	first := works(t, Config{Dir: dir})
	second := works(t, Config{Dir: dir, forbid: forbidden{Namespace: true}})
	require.Equal(t, second, works(t, Config{Dir: dir}), "whose the folder is decides")
	if os.Geteuid() == 0 {
		require.Equal(t, postgresID(t), second)
	} else {
		require.Equal(t, first, second)
	}
	// Someone gives only the folder back: the rest follows.
	require.NoError(t, os.Chown(dir, os.Geteuid(), os.Getegid()))
	require.Equal(t, rootOwner(t), works(t, Config{Dir: dir}))
}

func TestRefusesRootWhereNoWayIsLeft(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	cfg := Config{Dir: dir, forbid: forbidden{Namespace: true, Account: true}}
	if os.Geteuid() != 0 {
		require.Equal(t, os.Geteuid(), works(t, cfg), "an ordinary user needs no way")
		return
	}
	var refused *AccessError
	_, err := Start(t.Context(), cfg)
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "there is no user postgres: run as an ordinary user, set PGLITE_DATA_DIR to a folder that user postgres can reach, or set POSTGRES_URL")

	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o700))
	_, err = Start(t.Context(), Config{Dir: dir, forbid: forbidden{Namespace: true, Ambient: true}})
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "cannot enter "+filepath.Dir(dir))
	require.Zero(t, ownerOf(t, dir), "nothing was given away in vain")
}

// copyOfTest is the test binary where every user can run it.
func copyOfTest(t testing.TB) string {
	t.Helper()
	path := filepath.Join(filepath.Dir(newDir(t)), "test")
	in, err := os.Open(os.Args[0])
	require.NoError(t, err)
	defer in.Close()
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
	return path
}

// asNobody lets root play a role as another user; an ordinary user cannot,
// and plays it as himself.
func asNobody(t testing.TB) func(*exec.Cmd) {
	binary := copyOfTest(t)
	return func(cmd *exec.Cmd) {
		if os.Geteuid() == 0 {
			cmd.Path = binary
			cmd.Dir = "/"
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
	}
}

// Root in a user's folder serves that user, and leaves nothing of root's.
func TestRootServesAUsersCluster(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.Mkdir(dir, 0o700))
	owner := os.Geteuid()
	if owner == 0 {
		owner = nobody
		require.NoError(t, os.Chown(dir, nobody, nobody))
	}
	require.Equal(t, owner, works(t, Config{Dir: dir}))

	first := begin(t, dir) // root
	second := spawn(t, dir, asNobody(t))
	require.True(t, second.attached)
	end(t, first)
	second.close(t)
	gone(t, dir)

	third := spawn(t, dir, asNobody(t))
	require.False(t, third.attached, "the user starts it without root")
	third.close(t)
}

func TestRefusesAFolderOfSomebodyElse(t *testing.T) {
	t.Parallel()
	dir, run := newDir(t), asNobody(t)
	require.NoError(t, os.Mkdir(dir, 0o755))
	owner := "root"
	if os.Geteuid() != 0 {
		dir = "/usr" // root's everywhere
	}
	cmd := role(t, "start", dir)
	run(cmd)
	out, err := cmd.Output()
	require.Error(t, err)
	require.Contains(t, string(out), dir+" belongs to user "+owner+", not to you: run as "+owner)
}

// Another local user really tries. An ordinary user cannot become another
// one, so that for him the modes have to say it; they are tested for root too.
func TestNoOtherUserCanReachIt(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.Mkdir(dir, 0o755)) // too open: repaired
	c, err := Start(t.Context(), Config{Dir: dir, Settings: fast})
	require.NoError(t, err)
	t.Cleanup(func() { end(t, c) })
	run := inspect(t, dir).SocketDir
	for _, folder := range []string{dir, filepath.Join(dir, "pgdata"), run} {
		info, err := os.Stat(folder)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm(), folder)
	}
	info, err := os.Stat(filepath.Join(run, socketName))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	for _, name := range []string{"server.log", "start.lock", "users.lock", "supervisor.lock"} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}

	other := role(t, "dial", run)
	asNobody(t)(other)
	out, err := other.Output()
	if os.Geteuid() == 0 {
		require.Error(t, err)
		require.Contains(t, string(out), "no answer")
		// Even with every folder open there is the socket's own mode.
		for _, folder := range []string{dir, run} {
			require.NoError(t, os.Chmod(folder, 0o755))
		}
		other = role(t, "dial", run)
		asNobody(t)(other)
		_, err = other.Output()
		require.Error(t, err)
		// And the next start closes them again.
		second := begin(t, dir)
		require.True(t, second.Attached())
		info, err := os.Stat(dir)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	} else {
		require.NoError(t, err, "the owner's own dial")
	}
}

func TestSupervisorAndServerAreOutOfReachOfTheTerminal(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	begin(t, dir)
	s := inspect(t, dir)
	for _, pid := range []int{s.SupervisorPID, s.PID} {
		session, err := unix.Getsid(pid)
		require.NoError(t, err)
		require.Equal(t, pid, session, "leads a session of its own")
	}
}
