package pgcluster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// The port is part of the socket's name and nothing else: the server does not
// listen on TCP. It is fixed, so that PGPORT in someone's environment changes
// nothing.
const (
	port       = "5432"
	socketName = ".s.PGSQL." + port
)

// maxSocketPath is what fits into sockaddr_un, without the closing zero byte.
func maxSocketPath() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

// fits says whether a socket in dir can be named: its path is within the
// limit and has no comma, which separates hosts in a connection string.
func fits(dir string) bool {
	return len(filepath.Join(dir, socketName)) <= maxSocketPath() && !strings.Contains(dir, ",")
}

// runDir is where the socket belongs: inside the home, or, where that does
// not fit, in a short folder that is derived from it, so that every process
// comes to the same one.
func (h *home) runDir() string {
	if dir := filepath.Join(h.dir, "run"); fits(dir) {
		return dir
	}
	sum := sha256.Sum256([]byte(h.dir))
	short := filepath.Join(fmt.Sprintf("elizago-%d", h.uid), hex.EncodeToString(sum[:8]))
	if dir := filepath.Join(os.TempDir(), short); fits(dir) {
		return dir
	}
	return filepath.Join("/tmp", short)
}

// socketDir is where p listens. The folder computed from the home goes first:
// the one in postmaster.pid is another name for it when the home is mounted
// in two places; the file's goes when TMPDIR differed.
func (h *home) socketDir(p postmaster) string {
	dir := h.runDir()
	if p.socketDir == "" || exists(filepath.Join(dir, socketName)) {
		return dir
	}
	return p.socketDir
}

// makeRunDir makes the socket's folder, closed to everyone but the owner.
// Folders outside the home lie where other users can write, so that each is
// verified rather than trusted.
func (h *home) makeRunDir() error {
	dir := h.runDir()
	for try := 0; ; try++ {
		err := h.tryRunDir(dir)
		// The folder above may have been there and empty, and the supervisor
		// of another cluster have removed it meanwhile.
		if !errors.Is(err, fs.ErrNotExist) || try == 100 {
			return err
		}
	}
}

func (h *home) tryRunDir(dir string) error {
	levels := []string{dir}
	if filepath.Dir(dir) != h.dir {
		levels = []string{filepath.Dir(dir), dir}
	}
	for _, level := range levels {
		if err := os.Mkdir(level, 0o700); err == nil {
			if err := h.give(level); err != nil {
				return fsError(level, err)
			}
		} else if !errors.Is(err, fs.ErrExist) {
			return fsError(level, err)
		}
		if err := h.verifyRunDir(level); err != nil {
			return err
		}
	}
	return nil
}

// removeRunDir removes the socket's folder outside the home, and the one above
// it when no other cluster has its socket there. The caller is the supervisor
// of a server that has ended; starting the next one makes both again.
func (h *home) removeRunDir() {
	dir := h.runDir()
	if filepath.Dir(dir) == h.dir || h.verifyRunDir(dir) != nil {
		return
	}
	for _, name := range []string{socketName, socketName + ".lock"} { // a killed server's
		_ = os.Remove(filepath.Join(dir, name))
	}
	if os.Remove(dir) == nil {
		_ = os.Remove(filepath.Dir(dir))
	}
}

func (h *home) verifyRunDir(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fsError(dir, err)
	}
	wrong := ""
	switch st := info.Sys().(*syscall.Stat_t); {
	case !info.IsDir():
		wrong = "is not a folder"
	case int(st.Uid) != h.uid:
		wrong = fmt.Sprintf("belongs to user id %d", st.Uid)
	case info.Mode().Perm()&0o077 != 0:
		if filepath.Dir(dir) == h.dir { // ours alone by its parent: repair
			if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder
				return fsError(dir, err)
			}
			return nil
		}
		wrong = "can be entered by other users"
	}
	if wrong == "" {
		return nil
	}
	return &AccessError{
		Dir:    dir,
		Reason: fmt.Sprintf("%s, where the server's socket goes, %s", dir, wrong),
		Fix:    "remove it, or set PGLITE_DATA_DIR to a shorter path",
	}
}

// socketURL is the connection string for a server that listens in dir.
func socketURL(dir string) string {
	q := url.Values{"host": {dir}, "port": {port}, "user": {superuser}, "sslmode": {"disable"}}
	// libpq, which psql reads it with, does not know "+" for a space.
	return "postgres:///" + superuser + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}
