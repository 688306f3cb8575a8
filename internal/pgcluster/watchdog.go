package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"
)

// How often a user checks that there is a supervisor, and how long it waits
// after it could not start one.
const (
	watchInterval = 500 * time.Millisecond
	watchRetry    = 30 * time.Second
)

// watch replaces a supervisor that was killed, from Start to Close, so that a
// server is neither dead under its users nor alive without any. Every user runs
// one. It polls, because a blocked flock cannot be cancelled.
func (c *Cluster) watch(ctx context.Context, cfg Config) {
	defer close(c.watched)
	for wait := watchInterval; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = watchInterval
		if !c.home.lostSupervisor() {
			continue
		}
		children.sweep(c.home.dir) // it may have been ours
		if err := c.home.replaceSupervisor(ctx, cfg); err != nil && ctx.Err() == nil {
			cfg.Logger.Warn("private PostgreSQL has no supervisor", zap.String("dir", c.home.dir), zap.Error(err))
			wait = watchRetry
		}
	}
}

// lostSupervisor reports whether the supervisor was killed. One that ended by
// itself, on request or because the server cannot be kept running, has removed
// its process id from supervisor.lock and is not replaced.
func (h *home) lostSupervisor() bool {
	return h.supervisorPID() != 0 && !held(h.supervisorLock())
}

// replaceSupervisor starts a supervisor that adopts the running server, or
// starts it again. Of several users the one that gets start.lock does so.
func (h *home) replaceSupervisor(ctx context.Context, cfg Config) error {
	now, err := findHome(h.dir) // the owner may have changed, and h is shared
	if err != nil {
		return err
	}
	start, err := now.openLock(now.startLock())
	if err != nil {
		return err
	}
	defer start.close()
	if err := start.wait(ctx, unix.LOCK_EX, "starting or stopping the cluster"); err != nil {
		return err
	}
	if !now.lostSupervisor() || !exists(now.data()) {
		return nil
	}
	l, err := now.bringUp(ctx, cfg)
	if err != nil {
		return err
	}
	switch _, err := now.waitReady(ctx, cfg, l); {
	case errors.Is(err, errLookAgain):
		return nil // watch does
	case err != nil:
		return err
	}
	cfg.Logger.Info("private PostgreSQL has a new supervisor", zap.String("dir", h.dir), zap.Bool("adopted", l.adopted))
	return nil
}

// writePID writes a supervisor's process id to supervisor.lock, 0 for none. The
// text always has the same length and overwrites the old one, so that it
// succeeds on a full disk.
func writePID(fd, pid int) error {
	_, err := unix.Pwrite(fd, fmt.Appendf(nil, "%-10d\n", pid), 0)
	return err
}

// resign removes the supervisor's process id from supervisor.lock.
func (h *home) resign() {
	fd, err := unix.Open(h.supervisorLock(), unix.O_WRONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return // there was never a supervisor
	}
	defer unix.Close(fd)
	_ = writePID(fd, 0) // on failure it is replaced, which does no harm
}
