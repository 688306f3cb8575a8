package pgcluster

import (
	"context"

	"golang.org/x/sys/unix"
)

// Cluster is one use of a running cluster by this process. It is safe for
// concurrent use. Its methods work after Close, but the server may be gone.
type Cluster struct {
	home     *home
	url      string
	attached bool

	unwatch context.CancelFunc // ends watch
	watched chan struct{}      // closed when it has ended

	turn  chan struct{} // one Close at a time
	users *lock         // closed by the first Close
	done  bool          // a Close has seen it through
}

// URL returns the connection string of the superuser's own database, for
// ParseConfig and for libpq. It contains no secret.
func (c *Cluster) URL() string { return c.url }

// Attached reports whether Start found the server running.
func (c *Cluster) Attached() bool { return c.attached }

// Dir returns the home of the cluster, absolute and without symbolic links.
func (c *Cluster) Dir() string { return c.home.dir }

// Close ends this process's use of the cluster; its connections must be closed
// before. The last user waits, until ctx is done, for the server to shut down;
// others return at once. If ctx is done first, the server shuts down
// nevertheless, and another Close resumes waiting. After that, Close is a no-op.
func (c *Cluster) Close(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.done {
		return nil
	}
	c.unwatch()
	<-c.watched // it gives up at once, and must not bring back what is being stopped
	c.users.close()
	if err := c.home.settle(ctx); err != nil {
		return err
	}
	c.done = true
	return nil
}

// settle returns when others use the cluster or its server is gone.
func (h *home) settle(ctx context.Context) error {
	start, err := h.openLock(h.startLock())
	if err != nil {
		return err
	}
	defer start.close()
	users, err := h.openLock(h.usersLock())
	if err != nil {
		return err
	}
	defer users.close()
	for pause := newPause(); ; {
		if err := start.wait(ctx, unix.LOCK_EX, "starting or stopping the cluster"); err != nil {
			return err
		}
		use, err := h.use(users)
		if err == nil && use == unsupervised {
			defer children.reapSoon(h.dir)
			err = h.stopUnsupervised(ctx)
		}
		start.unlock()
		if err != nil || use != stopping {
			return err
		}
		if err := pause.sleep(ctx); err != nil {
			return interrupted(err, "waiting for the server of "+h.dir+" to shut down", "it goes on shutting down by itself")
		}
	}
}

// use is the state of a cluster's locks.
type use int

const (
	used         use = iota // some process uses it
	stopping                // none does, and its supervisor is about to stop it
	unsupervised            // none does, and there is no supervisor
)

// use looks once. The caller holds start.lock, so that no other process looks,
// which is done by trying the locks, nor becomes a user meanwhile.
func (h *home) use(users *lock) (use, error) {
	unused, err := users.try(unix.LOCK_EX)
	if err != nil {
		return used, err
	}
	defer users.unlock()
	if unused {
		if held(h.supervisorLock()) {
			return stopping, nil
		}
		return unsupervised, nil
	}
	// Either others use the cluster or its supervisor is stopping it.
	shared, err := users.try(unix.LOCK_SH)
	if err != nil || shared {
		return used, err
	}
	return stopping, nil
}

// stopUnsupervised stops a server whose supervisor was killed.
func (h *home) stopUnsupervised(ctx context.Context) error {
	h.resign()
	p, ok := h.running()
	if !ok {
		return nil
	}
	if err := unix.Kill(p.pid, unix.SIGINT); err != nil {
		return fsError(h.dir, err)
	}
	for pause := newPause(); h.alive(p); {
		if err := pause.sleep(ctx); err != nil {
			return err
		}
	}
	return nil
}
