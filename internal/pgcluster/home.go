package pgcluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// home is the folder of one cluster: its paths and its owner. The server runs
// as that owner, whichever user starts it, so that root can serve a user's
// cluster and leave it usable for that user.
type home struct {
	dir      string // absolute, without symbolic links
	uid, gid int
}

func (h *home) data() string           { return filepath.Join(h.dir, "pgdata") }
func (h *home) conf() string           { return filepath.Join(h.data(), confName) }
func (h *home) log() string            { return filepath.Join(h.dir, "server.log") }
func (h *home) startLock() string      { return filepath.Join(h.dir, "start.lock") }
func (h *home) usersLock() string      { return filepath.Join(h.dir, "users.lock") }
func (h *home) supervisorLock() string { return filepath.Join(h.dir, "supervisor.lock") }

// openHome makes or checks the folder and returns it. It refuses folders of
// other users and folders with other things in them, and changes neither.
func openHome(dir string) (*home, error) {
	abs, err := absolute(dir)
	if err != nil {
		return nil, err
	}
	if err := makeDir(abs); err != nil {
		return nil, fsError(abs, err)
	}
	h, err := findHome(abs)
	if err != nil {
		return nil, err
	}
	if err := h.checkOwner(); err != nil {
		return nil, err
	}
	if err := h.checkContent(); err != nil {
		return nil, err
	}
	return h, h.close()
}

// findHome looks at an existing folder and changes nothing.
func findHome(dir string) (*home, error) {
	abs, err := absolute(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(abs); err != nil { // EvalSymlinks has words of its own for a loop
		return nil, fsError(abs, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, fsError(abs, err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, fsError(abs, err)
	}
	if !info.IsDir() {
		return nil, &ForeignError{Dir: abs, Reason: "is a file, where the cluster's folder should be"}
	}
	st := info.Sys().(*syscall.Stat_t)
	return &home{dir: real, uid: int(st.Uid), gid: int(st.Gid)}, nil
}

func absolute(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("pgcluster: Config.Dir is empty: set it to the folder of the cluster")
	}
	if scheme, _, ok := strings.Cut(dir, "://"); ok && !strings.Contains(scheme, "/") {
		// elizaOS's PGlite takes memory://, idb:// and file://.
		return "", fmt.Errorf("pgcluster: elizago keeps its cluster in a folder, and %q names none: set PGLITE_DATA_DIR to the path of a folder, or unset it", dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("pgcluster: the working directory of this process is gone, so that %s names nothing: start it from another folder, or set PGLITE_DATA_DIR to an absolute path", dir)
	}
	return abs, nil
}

func makeDir(dir string) error {
	if exists(dir) {
		return nil
	}
	//nolint:gosec // only the home is private; user postgres may have to pass here
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// checkContent accepts a folder of this package or an empty one, and returns an
// error for others.
func (h *home) checkContent() error {
	if v, err := os.ReadFile(filepath.Join(h.dir, "PG_VERSION")); err == nil {
		version := strings.TrimSpace(string(v))
		if exists(filepath.Join(h.dir, confName)) {
			e := &ForeignError{Dir: h.dir, Version: version, Reason: "is the inner data directory of a cluster of elizago"}
			if outer := (&home{dir: filepath.Dir(h.dir)}); outer.data() == h.dir {
				e.Home = outer.dir
			} else { // it was moved or copied
				e.Reason += fmt.Sprintf(", and not in its place: move it to be %s in a folder of its own, and name that folder", filepath.Base(h.data()))
			}
			return e
		}
		return &ForeignError{
			Dir: h.dir, Version: version,
			Reason: fmt.Sprintf("is itself a data directory of PostgreSQL %s (elizaOS's PGlite makes such ones), no cluster of elizago", version),
		}
	}
	if exists(h.startLock()) || exists(h.conf()) {
		return nil
	}
	entries, err := os.ReadDir(h.dir)
	if err != nil {
		return fsError(h.dir, err)
	}
	for _, e := range entries {
		switch e.Name() {
		case "lost+found", ".DS_Store", ".gitignore", ".gitkeep": // what mount points and repositories put there
		case "users.lock", "supervisor.lock", "server.log": // what is left of a start that got no further
		default:
			if exists(h.startLock()) {
				return nil // another process begins at this moment, and this is its own
			}
			return &ForeignError{Dir: h.dir, Reason: fmt.Sprintf("is no cluster of elizago (it contains %s)", e.Name())}
		}
	}
	return nil
}

// close takes the folder away from everyone but its owner.
func (h *home) close() error {
	for _, dir := range []string{h.dir, h.data()} {
		info, err := os.Stat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && info.Mode().Perm() != 0o700 {
			err = os.Chmod(dir, 0o700) //nolint:gosec // a folder
		}
		if err != nil {
			return fsError(dir, err)
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
