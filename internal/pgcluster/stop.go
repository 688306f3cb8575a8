package pgcluster

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Stop stops the server of a cluster and waits for its end, until ctx is done.
// It returns nil if the cluster is not running or does not exist, and an
// *InUseError, without stopping it, if processes use it and force is not set.
func Stop(ctx context.Context, cfg Config, force bool) error {
	abs, err := absolute(cfg.Dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(abs); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	h, err := findHome(abs)
	if err != nil {
		return err
	}
	if err := errors.Join(h.checkOwner(), h.checkContent()); err != nil {
		return err
	}
	if !exists(h.startLock()) {
		return nil // never started
	}
	start, err := h.openLock(h.startLock())
	if err != nil {
		return err
	}
	defer start.close()
	if err := start.wait(ctx, unix.LOCK_EX, "starting or stopping the cluster"); err != nil {
		return err
	}
	if force {
		return h.stopForced(ctx)
	}
	users, err := h.openLock(h.usersLock())
	if err != nil {
		return err
	}
	defer users.close()
	for pause := newPause(); ; {
		use, err := h.use(users)
		switch {
		case err != nil:
			return err
		case use == used:
			return &InUseError{Dir: h.dir, PIDs: h.userPIDs(), Program: cfg.Program}
		case use == unsupervised:
			return h.stopUnsupervised(ctx)
		}
		if err := pause.sleep(ctx); err != nil {
			return interrupted(err, "waiting for the server of "+h.dir+" to shut down", "it goes on shutting down by itself")
		}
	}
}

// stopForced asks the supervisor to stop. start.lock is held, and a process
// that launches a supervisor holds it until the server is ready: the process id
// in supervisor.lock is that of the one who has it locked.
func (h *home) stopForced(ctx context.Context) error {
	signalled := false
	for pause := newPause(); held(h.supervisorLock()); {
		if pid := h.supervisorPID(); pid > 0 && !signalled {
			signalled = unix.Kill(pid, unix.SIGTERM) == nil
		}
		if err := pause.sleep(ctx); err != nil {
			return err
		}
	}
	defer children.reapSoon(h.dir)
	return h.stopUnsupervised(ctx)
}
