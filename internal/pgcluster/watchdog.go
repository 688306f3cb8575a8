package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"
)

// How often a user looks whether there is a supervisor, and how long he
// leaves it when he could not start one.
const (
	keepInterval = 500 * time.Millisecond
	keepRetry    = 30 * time.Second
)

// keep has each user see to it, from Start to Close, that the server has a
// supervisor: one that was killed is replaced, so that a server neither stays
// dead under its users nor alive without any. It looks rather than waits,
// because a blocked flock cannot be told to give up.
func (c *Cluster) keep(ctx context.Context, cfg Config) {
	defer close(c.kept)
	for wait := keepInterval; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = keepInterval
		if !c.home.bereft() {
			continue
		}
		children.sweep(c.home.dir) // it may have been ours
		if err := c.home.replaceSupervisor(ctx, cfg); err != nil && ctx.Err() == nil {
			cfg.Logger.Warn("private PostgreSQL has no supervisor", zap.String("dir", c.home.dir), zap.Error(err))
			wait = keepRetry
		}
	}
}

// bereft says whether the supervisor was killed. One that ended by itself,
// because it was told to or because the server cannot be kept, has taken its
// process id out of supervisor.lock: it is not to be replaced.
func (h *home) bereft() bool {
	return h.supervisorPID() != 0 && !held(h.supervisorLock())
}

// replaceSupervisor starts a supervisor that adopts the running server, or
// starts it again. Of several users the one who gets start.lock does.
func (h *home) replaceSupervisor(ctx context.Context, cfg Config) error {
	now, err := findHome(h.dir) // whose it is may have changed, and h is shared
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
	if !now.bereft() || !exists(now.data()) {
		return nil
	}
	l, err := now.bringUp(ctx, cfg)
	if err != nil {
		return err
	}
	switch _, err := now.waitReady(ctx, cfg.StartTimeout, l); {
	case errors.Is(err, errLookAgain):
		return nil // as the keeper does
	case err != nil:
		return err
	}
	cfg.Logger.Info("private PostgreSQL has a new supervisor", zap.String("dir", h.dir), zap.Bool("adopted", l.adopted))
	return nil
}

// writePID puts a supervisor's process id into supervisor.lock, 0 for none. The
// text is as long each time and written over the old one, so that a full disk
// is no obstacle.
func writePID(fd, pid int) error {
	_, err := unix.Pwrite(fd, fmt.Appendf(nil, "%-10d\n", pid), 0)
	return err
}

// resign takes the supervisor's process id out of supervisor.lock.
func (h *home) resign() {
	fd, err := unix.Open(h.supervisorLock(), unix.O_WRONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return // there never was a supervisor
	}
	defer unix.Close(fd)
	_ = writePID(fd, 0) // on failure it is replaced, which does no harm
}
