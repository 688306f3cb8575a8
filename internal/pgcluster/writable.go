package pgcluster

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// writable returns the error with which making something in a folder would fail. Of
// a folder that is not there, it is that of the one above it, in which it would be
// made.
func writable(dir string) error {
	for {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return fsError(dir, unix.ENOTDIR)
		case err == nil:
			if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
				return fsError(dir, err)
			}
			return nil
		case !errors.Is(err, fs.ErrNotExist):
			return fsError(dir, err)
		}
		if link, _ := firstLink(dir); link != "" {
			return fsError(dir, err)
		}
		dir = filepath.Dir(dir)
	}
}

// checkWritable returns the error with which a start of the server would fail, as a
// folder that it writes to cannot be written. The permissions of the home itself are
// the owner's to change, which a start does.
func (h *home) checkWritable() error {
	if err := writable(h.dir); errors.Is(err, unix.EROFS) {
		return err
	}
	if dir := h.runDir(); filepath.Dir(dir) != h.dir {
		return writable(dir)
	}
	return nil
}
