package pgcluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// home is the folder of one cluster: its paths and its owner. The server runs
// as that owner, whoever starts it, so that root can serve a user's cluster
// and leave it usable for that user.
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
		return nil, refuse(abs, err)
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
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, refuse(abs, err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, refuse(abs, err)
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
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("pgcluster: %s: %w", dir, err)
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

func (h *home) checkOwner() error {
	euid := os.Geteuid()
	if euid == 0 || h.uid == euid {
		return nil
	}
	name := strconv.Itoa(h.uid)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return &AccessError{
		Dir:    h.dir,
		Reason: fmt.Sprintf("%s belongs to user %s, not to you", h.dir, name),
		Fix:    fmt.Sprintf("run as %s, give the folder to yourself with chown, or set PGLITE_DATA_DIR to another one", name),
	}
}

// checkContent tells a folder of this package, or an empty one, from others.
func (h *home) checkContent() error {
	if v, err := os.ReadFile(filepath.Join(h.dir, "PG_VERSION")); err == nil {
		version := strings.TrimSpace(string(v))
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
		return refuse(h.dir, err)
	}
	for _, e := range entries {
		switch e.Name() {
		case "lost+found", ".DS_Store", ".gitignore", ".gitkeep": // what mount points and repositories put there
		case "users.lock", "supervisor.lock", "server.log": // what is left of a start that got no further
		default:
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
			return refuse(dir, err)
		}
	}
	return nil
}

// refresh looks again whose the home is. Before the caller held start.lock
// another process may have given it away, and the caller's lock files not.
func (h *home) refresh() error {
	now, err := findHome(h.dir)
	if err != nil {
		return err
	}
	h.uid, h.gid = now.uid, now.gid
	for _, path := range []string{h.startLock(), h.usersLock()} {
		if err := h.give(path); err != nil {
			return refuse(path, err)
		}
	}
	return nil
}

// give hands something that root made in the folder to the folder's owner.
func (h *home) give(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Lchown(path, h.uid, h.gid)
}

// giveAll hands the whole folder to another user, the folder itself last: an
// interrupted change is seen by the folder's owner, and done again.
func (h *home) giveAll(uid, gid int) error {
	var paths []string
	err := filepath.WalkDir(h.dir, func(path string, _ fs.DirEntry, err error) error {
		paths = append(paths, path)
		return err
	})
	if err != nil {
		return err
	}
	for _, path := range slices.Backward(paths) {
		if err := os.Lchown(path, uid, gid); err != nil {
			return err
		}
	}
	h.uid, h.gid = uid, gid
	return nil
}

// unite sees to it that the data belongs to the home's owner, as PostgreSQL
// demands: a copy or a chown may have left it otherwise.
func (h *home) unite() error {
	info, err := os.Stat(h.data())
	if err != nil {
		return refuse(h.data(), err)
	}
	if int(info.Sys().(*syscall.Stat_t).Uid) == h.uid {
		return nil
	}
	if os.Geteuid() != 0 {
		return (&home{dir: h.data(), uid: int(info.Sys().(*syscall.Stat_t).Uid)}).checkOwner()
	}
	if err := h.giveAll(h.uid, h.gid); err != nil {
		return refuse(h.dir, err)
	}
	return nil
}

// refuse says in one sentence why a folder cannot be used.
func refuse(dir string, err error) error {
	switch {
	case errors.Is(err, unix.EROFS):
		return &AccessError{Dir: dir, Reason: dir + " is on a read-only file system", Fix: "set PGLITE_DATA_DIR to a folder that can be written"}
	case errors.Is(err, fs.ErrPermission):
		return &AccessError{Dir: dir, Reason: dir + " cannot be written (" + cause(err) + ")", Fix: "set PGLITE_DATA_DIR to a folder of your own"}
	case errors.Is(err, unix.ENOTDIR):
		return &ForeignError{Dir: dir, Reason: "is a file or lies below one"}
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return full(filepath.Dir(dir))
	}
	return fmt.Errorf("pgcluster: %s: %w", dir, err)
}

// cause is the operating system's word for an error, without the path.
func cause(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
