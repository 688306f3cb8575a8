package pgcluster

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// checkOwner refuses another user's home. Root may use every home: it serves
// the owner.
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
			return fsError(path, err)
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
		return fsError(h.data(), err)
	}
	if int(info.Sys().(*syscall.Stat_t).Uid) == h.uid {
		return nil
	}
	if os.Geteuid() != 0 {
		return (&home{dir: h.data(), uid: int(info.Sys().(*syscall.Stat_t).Uid)}).checkOwner()
	}
	if err := h.giveAll(h.uid, h.gid); err != nil {
		return fsError(h.dir, err)
	}
	return nil
}
