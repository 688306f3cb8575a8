package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"github.com/elizago/elizago/internal/pgerr"
)

// Start attaches to the running cluster of cfg.Dir, or starts it, after
// initialising a new one; it returns when the server accepts connections, or
// when ctx is done. The errors that a caller may branch on are *VersionError,
// *ForeignError, *InstallError, *AccessError, *SpaceError and *ServerError; with
// all of these, no data has changed.
//
// Start is safe for concurrent use, also for one folder.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	cfg = cfg.withDefaults()
	h, err := openHome(cfg.Dir)
	if err != nil {
		return nil, err
	}
	start, err := h.openLock(h.startLock())
	if err != nil {
		return nil, err
	}
	defer start.close()
	users, err := h.openLock(h.usersLock())
	if err != nil {
		return nil, err
	}
	c := &Cluster{home: h, users: users, turn: make(chan struct{}, 1)}
	if err := c.start(ctx, cfg, start); err != nil {
		users.close() // the supervisor, if there is one, stops what we started
		return nil, err
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx)) // ctx is Start's alone
	c.unwatch, c.watched = stop, make(chan struct{})
	go c.watch(watching, cfg)
	return c, nil
}

func (c *Cluster) start(ctx context.Context, cfg Config, start *lock) error {
	children.sweep(c.home.dir)
	if err := start.wait(ctx, unix.LOCK_EX, "starting or stopping the cluster"); err != nil {
		return err
	}
	if err := c.users.wait(ctx, unix.LOCK_SH, "stopping the cluster"); err != nil {
		return err
	}
	if err := c.home.refresh(); err != nil {
		return err
	}
	for begin := time.Now(); ; {
		var l *launched
		c.attached = held(c.home.supervisorLock())
		if !c.attached {
			var err error
			if l, err = c.home.bringUp(ctx, cfg); err != nil {
				return err
			}
			c.attached = l.adopted
		}
		p, err := c.home.waitReady(ctx, cfg, l)
		if errors.Is(err, errLookAgain) {
			continue
		}
		if err != nil {
			return err
		}
		c.url = socketURL(c.home.socketDir(p))
		if l != nil {
			if err := c.home.refresh(); err != nil { // it may have given the home away
				return err
			}
			cfg.Logger.Info("private PostgreSQL started", zap.String("dir", c.home.dir), zap.Int("server_pid", p.pid), zap.Duration("took", time.Since(begin)))
		}
		return nil
	}
}

// bringUp launches a supervisor: for the running server, if its own was
// killed, else for a new one.
func (h *home) bringUp(ctx context.Context, cfg Config) (*launched, error) {
	o := supervisorArgs{Dir: h.dir, Settings: cfg.Settings, Forbid: cfg.forbid}
	if p, ok := h.running(); ok {
		o.Adopt = p.pid
	}
	major, err := h.dataVersion()
	if err != nil {
		return nil, err
	}
	in, err := h.selectFor(cfg, major)
	if err != nil {
		return nil, err
	}
	o.BinDir = in.BinDir
	if major == 0 {
		cfg.Logger.Info("making a private PostgreSQL cluster", zap.String("dir", h.dir), zap.Int("version", in.Major))
		if err := h.initialise(ctx, cfg, in); err != nil {
			return nil, err
		}
	}
	if err := h.unite(); err != nil {
		return nil, err
	}
	if err := h.makeRunDir(); err != nil {
		return nil, err
	}
	return h.launch(o)
}

var errLookAgain = errors.New("pgcluster: the supervisor has ended, or there is another one")

// greetLimit is how long a server may take to accept one connection, and
// recoveryEvery how often a start that waits for a recovery says so.
const (
	greetLimit    = 10 * time.Second
	recoveryEvery = 10 * time.Second
)

// waitReady waits until the server accepts connections, for Config.StartTimeout,
// and for as long again with every step of a recovery. l is the supervisor if it
// is ours, whose end is a failed start. Another one's end is errLookAgain, and so
// is ours when another one has its place: one whose program was killed before it
// got there, and which has found us as its user.
func (h *home) waitReady(ctx context.Context, cfg Config, l *launched) (postmaster, error) {
	began := h.logSize()
	if l != nil {
		began = l.began
	}
	patience, said := newPatience(cfg.StartTimeout), time.Now()
	for pause := newPause(); ; {
		switch supervised := held(h.supervisorLock()); {
		case supervised && (l == nil || h.supervisorPID() == l.pid):
			// It vouches for the file, which is its server's, or a dead one's
			// that does not answer.
			if p, ok := h.readPostmaster(); ok && p.ready {
				if ok, err := greet(ctx, socketURL(h.socketDir(p))); ok || err != nil {
					return p, err
				}
			}
		case l == nil:
			return postmaster{}, errLookAgain
		case l.gone() && supervised:
			return postmaster{}, errLookAgain
		case l.gone():
			return postmaster{}, h.failure(l.began)
		}
		if err := pause.sleep(ctx); err != nil {
			return postmaster{}, interrupted(err, "starting the server of "+h.dir, "start again")
		}
		now := time.Now()
		if now.Sub(said) < recoveryEvery && now.Before(patience.until) {
			continue
		}
		step := h.recovery(began)
		if patience.over(now, step) {
			return postmaster{}, &ServerError{Dir: h.dir, Log: h.log(), Reason: "it accepted no connections within " + cfg.StartTimeout.String()}
		}
		if step != "" && now.Sub(said) >= recoveryEvery {
			cfg.Logger.Warn("private PostgreSQL is recovering from a crash: waiting for it", zap.String("dir", h.dir), zap.String("progress", step))
		}
		said = now
	}
}

// greet makes one real connection: a server that was just killed still accepts
// them, and answers none. Without an error, false means not yet.
func greet(ctx context.Context, url string) (ok bool, err error) {
	cfg, err := ParseConfig(url)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, greetLimit)
	defer cancel()
	conn, err := pgconn.ConnectConfig(ctx, &cfg.Config)
	if err == nil {
		_ = conn.Close(ctx)
		return true, nil
	}
	switch {
	case pgerr.Is(err, pgerrcode.TooManyConnections): // it lives
		return true, nil
	case pgerr.Code(err) == "", pgerr.Is(err, pgerrcode.CannotConnectNow, pgerrcode.AdminShutdown):
		return false, nil
	}
	return false, fmt.Errorf("pgcluster: the server runs and accepts no connection: %w", err)
}
