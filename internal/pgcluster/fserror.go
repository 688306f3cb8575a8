package pgcluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	otherFolder = "set PGLITE_DATA_DIR to a folder of your own on a local disk"
	outOfTheWay = "move it away or remove it, then start again"
)

// fsError returns an error that says in one sentence why path cannot be used,
// and what to do. No other place interprets the operating system's errors.
func fsError(path string, err error) error {
	no := func(reason, fix string) error {
		return &AccessError{Dir: path, Reason: path + " " + reason, Fix: fix, cause: err}
	}
	switch {
	case errors.Is(err, unix.EROFS):
		return no("is on a read-only file system", "set PGLITE_DATA_DIR to a folder that can be written")
	case errors.Is(err, fs.ErrPermission):
		return no("cannot be written ("+cause(err)+")", "set PGLITE_DATA_DIR to a folder of your own")
	case errors.Is(err, unix.ENOTDIR):
		return &ForeignError{Dir: path, Reason: "is a file or lies below one"}
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return full(filepath.Dir(path))
	case errors.Is(err, unix.ENAMETOOLONG):
		return no("is a longer name than the file system takes", "set PGLITE_DATA_DIR to a shorter path")
	case errors.Is(err, unix.ELOOP), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist):
		if link, target := firstLink(path); link != "" {
			return no(fmt.Sprintf("cannot be reached, because %s is a symbolic link to %s, which leads nowhere", link, target), "correct or remove the link, then start again")
		}
		if errors.Is(err, fs.ErrNotExist) {
			return no("cannot be made, or was removed meanwhile", otherFolder)
		}
	case errors.Is(err, unix.EISDIR):
		return no("is a folder, where a file of the cluster belongs", outOfTheWay)
	case errors.Is(err, unix.EMFILE), errors.Is(err, unix.ENFILE):
		return no("cannot be opened, because too many files are open", "raise the limit with `ulimit -n`, then start again")
	}
	return no("cannot be used ("+cause(err)+")", otherFolder)
}

// firstLink returns the uppermost symbolic link on the way to path that leads
// nowhere, or is path itself, and what it says; empty when there is none.
func firstLink(path string) (link, target string) {
	at := string(filepath.Separator)
	for part := range strings.SplitSeq(path, at) {
		link = filepath.Join(at, link, part)
		target, err := os.Readlink(link)
		if err != nil {
			continue
		}
		if _, err := os.Stat(link); err != nil || link == path {
			return link, target
		}
	}
	return "", ""
}

// cause returns the operating system's text of an error, without the path.
func cause(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}
