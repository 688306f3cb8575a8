package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// lock is one open lock file. It holds a bare descriptor, not an *os.File:
// that one's finalizer would close the file, and with it give up the cluster,
// under a program that kept nothing but the URL.
type lock struct {
	fd   int
	path string
}

// openLock opens a lock file of h, made if need be. Nothing is locked yet.
// Lock files are never removed: two processes could then hold "the" lock on
// two different files.
func (h *home) openLock(path string) (*lock, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fsError(path, err)
	}
	if err := h.give(path); err != nil {
		unix.Close(fd)
		return nil, fsError(path, err)
	}
	return &lock{fd: fd, path: path}, nil
}

// try takes the lock (unix.LOCK_SH or unix.LOCK_EX) if that needs no waiting.
func (l *lock) try(how int) (bool, error) {
	for {
		err := unix.Flock(l.fd, how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, unix.EINTR):
			continue
		}
		return false, fmt.Errorf("pgcluster: the file system of %s does not lock files (%w): set PGLITE_DATA_DIR to a folder on a local disk", l.path, err)
	}
}

// wait takes the lock when it becomes free. It polls, because a blocked flock
// cannot be cancelled when ctx ends.
func (l *lock) wait(ctx context.Context, how int, doing string) error {
	pause := newPause()
	for {
		ok, err := l.try(how)
		if ok || err != nil {
			return err
		}
		if err := pause.sleep(ctx); err != nil {
			return interrupted(err, "waiting for "+l.path+", held by another process that is "+doing, "try again when it has ended")
		}
	}
}

// block takes the exclusive lock, however long it takes.
func (l *lock) block() error {
	for {
		if err := unix.Flock(l.fd, unix.LOCK_EX); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func (l *lock) unlock() { _ = unix.Flock(l.fd, unix.LOCK_UN) }

// close gives the lock up and closes the file. Only the first call does so.
// Closing alone would not do: a child that another goroutine is just starting
// has the descriptor too, until it executes its program.
func (l *lock) close() {
	if l.fd >= 0 {
		l.unlock()
		unix.Close(l.fd)
		l.fd = -1
	}
}

// held says whether some process has the file at path locked exclusively. A
// file that does not exist is not locked.
func held(path string) bool {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	l := &lock{fd: fd, path: path}
	defer l.close()
	ok, err := l.try(unix.LOCK_SH)
	return !ok && err == nil
}

// pause is a polling interval that starts at 1 ms, for the usual short wait,
// and grows to 20 ms, for the long one.
type pause struct{ d time.Duration }

func newPause() *pause { return &pause{d: time.Millisecond} }

// sleep waits for the next turn; it returns ctx's error when ctx ends first.
func (p *pause) sleep(ctx context.Context) error {
	t := time.NewTimer(p.d)
	defer t.Stop()
	if p.d = p.d * 5 / 4; p.d > 20*time.Millisecond {
		p.d = 20 * time.Millisecond
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
