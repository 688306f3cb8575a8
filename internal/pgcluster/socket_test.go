package pgcluster

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestSocketPathOverTheLimit(t *testing.T) {
	t.Parallel()
	for _, length := range []int{60, 200, 400} {
		dir := filepath.Join(filepath.Dir(newDir(t)), strings.Repeat("deep/", length/5), "db")
		first := spawn(t, dir)
		second := spawn(t, dir)
		require.True(t, second.attached)
		require.Equal(t, first.url, second.url)
		require.Equal(t, "1", query(t, second.url, "SELECT 1"))
		socket := inspect(t, dir).SocketDir
		require.True(t, fits(socket))
		require.Equal(t, length == 60, strings.HasPrefix(socket, dir))
		first.close(t)
		second.close(t)
		if length != 60 {
			gone(t, dir)
			require.NoDirExists(t, socket, "nothing stays in the folder of temporary files")
		}
	}
}

// A path is bytes, and not all of them need be UTF-8.
func TestPathThatIsNoUTF8(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(filepath.Dir(newDir(t)), "caf\xe9")
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, unix.EILSEQ) {
		return // there is no such path here: macOS
	}
	require.NoError(t, err)
	c := begin(t, dir)
	require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
	require.True(t, begin(t, dir).Attached())
}

func TestOrderArrivesAsItWas(t *testing.T) {
	t.Parallel()
	for _, o := range []supervisorArgs{
		{},
		{Dir: "/caf\xe9\n\x01", BinDir: "/\xff", Settings: map[string]string{"a": "\xfe"}, Adopt: 7, Forbid: forbidden{Ambient: true}},
	} {
		text, err := o.encode()
		require.NoError(t, err)
		got, err := decodeSupervisorArgs(text)
		require.NoError(t, err)
		require.Equal(t, o, got)
	}
}

func TestSocketFolderOutsideIsVerified(t *testing.T) {
	t.Parallel()
	h := &home{dir: "/" + strings.Repeat("long/", 30), uid: os.Geteuid(), gid: os.Getegid()}
	dir := h.runDir()
	require.True(t, fits(dir))
	require.NoError(t, h.makeRunDir())
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var refused *AccessError

	require.NoError(t, os.Chmod(dir, 0o755))
	err := h.makeRunDir()
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, dir+", where the server's socket goes, can be entered by other users: remove it")

	require.NoError(t, os.Remove(dir))
	require.NoError(t, os.Symlink(t.TempDir(), dir))
	require.ErrorContains(t, h.makeRunDir(), "is not a folder")

	otherUser := &home{dir: h.dir, uid: h.uid + 1, gid: h.gid}
	require.NoError(t, os.Remove(dir))
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.ErrorContains(t, otherUser.verifyRunDir(dir), "belongs to user id")
}

// pgx and psql read the same connection string, whatever the path contains.
func TestSocketPathWithSpecialCharacters(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`a b "c"+'%d'é&=?#`, "a,b"} {
		dir := filepath.Join(filepath.Dir(newDir(t)), name)
		c := begin(t, dir)
		require.Equal(t, "1", query(t, c.URL(), "SELECT 1"))
		s := inspect(t, dir)
		out, err := exec.Command(filepath.Join(s.Bin, "psql"), "-XAtc", "SELECT 2", c.URL()).CombinedOutput()
		require.NoError(t, err, string(out))
		require.Equal(t, "2\n", string(out))
		end(t, c)
	}
}

// Clusters share the folder above their sockets' folders: one that ends may
// remove it while another one begins.
func TestSocketFoldersComeAndGoTogether(t *testing.T) {
	tmp := filepath.Dir(newDir(t))
	t.Setenv("TMPDIR", tmp) // where no other cluster has its socket
	var clusters sync.WaitGroup
	errs := make(chan error, 2)
	for _, name := range []string{"/one/", "/two/"} {
		h := &home{dir: name + strings.Repeat("long/", 30), uid: os.Geteuid(), gid: os.Getegid()}
		clusters.Go(func() {
			for range 2000 {
				if err := h.makeRunDir(); err != nil {
					errs <- err
					return
				}
				h.removeRunDir()
			}
		})
	}
	clusters.Wait()
	close(errs)
	require.NoError(t, <-errs)
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Empty(t, left)
}
