package pgcluster

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// server is one run of postgres, as its supervisor sees it.
type server struct {
	home   *home
	pid    int
	signal func(os.Signal) error // never reaches another process
	ended  chan struct{}         // closed when the process is gone

	child *os.ProcessState // how it ended; nil for an adopted one
	began int64            // where in server.log its words begin
	ready atomic.Bool      // it has accepted connections
}

// serverArgs is the command line of the server. What keeps the cluster
// private comes last, where nothing overrides it.
func serverArgs(h *home, settings map[string]string) []string {
	args := []string{"-D", h.data()}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	quoted := `"` + strings.ReplaceAll(h.runDir(), `"`, `""`) + `"` // the value is a list
	for _, fixed := range []string{
		"listen_addresses=",
		"port=" + port,
		"unix_socket_directories=" + quoted,
		"unix_socket_permissions=0700",
		"logging_collector=off",
		"log_destination=stderr",
		"cluster_name=elizago",
	} {
		args = append(args, "-c", fixed)
	}
	return args
}

// startServer starts postgres. The caller holds supervisor.lock, so that no
// other server of h is being started, and knows that none runs.
func startServer(h *home, o supervisorArgs) (*server, error) {
	s := &server{home: h, ended: make(chan struct{})}
	if info, err := os.Stat(h.log()); err == nil {
		s.began = info.Size()
	}
	cmd, err := h.start(o.Forbid, func() *exec.Cmd {
		cmd := exec.Command(filepath.Join(o.BinDir, "postgres"), serverArgs(h, o.Settings)...)
		cmd.Dir = "/"
		cmd.Env = serverEnv(h.staleLocks()...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		return cmd
	})
	if err != nil {
		return nil, err
	}
	s.pid, s.signal = cmd.Process.Pid, cmd.Process.Signal
	go func() {
		_ = cmd.Wait()
		s.child = cmd.ProcessState
		close(s.ended)
	}()
	go s.watch()
	return s, nil
}

// watch notes when the server is ready: the failure of one that never was is
// final, the failure of one that was is a crash to recover from.
func (s *server) watch() {
	for {
		if p, ok := s.home.readPostmaster(); ok && p.pid == s.pid && p.ready {
			s.ready.Store(true)
			return
		}
		select {
		case <-s.ended:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// adoptServer takes over a server whose supervisor was killed. It is not our
// child, so that its end is found by looking.
func adoptServer(h *home, pid int) *server {
	s := &server{home: h, pid: pid, ended: make(chan struct{})}
	s.signal = func(sig os.Signal) error {
		if !h.alive(postmaster{pid: pid}) {
			return os.ErrProcessDone
		}
		return unix.Kill(pid, sig.(unix.Signal))
	}
	s.ready.Store(true)
	go func() {
		for h.alive(postmaster{pid: pid}) {
			time.Sleep(50 * time.Millisecond)
		}
		close(s.ended)
	}()
	return s
}

// stop shuts the server down: fast, which ends sessions and writes a
// checkpoint; when that does not end, at once, which leaves recovery to the
// next start.
func (s *server) stop() error {
	for _, step := range []struct {
		signal unix.Signal
		wait   time.Duration
	}{{unix.SIGINT, 60 * time.Second}, {unix.SIGQUIT, 20 * time.Second}, {unix.SIGKILL, 5 * time.Second}} {
		if err := s.signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			say("%v to the server: %v", step.signal, err)
		}
		select {
		case <-s.ended:
			return nil
		case <-time.After(step.wait):
			say("the server did not stop on %v within %v", step.signal, step.wait)
		}
	}
	return fmt.Errorf("the server, process %d, does not end", s.pid)
}

// ending is what the end of a server asks for.
type ending int

const (
	shutDown ending = iota // by someone who may: leave it
	failed                 // it never was ready: a further try would not be either
	crashed                // start it again
	refused                // start it again when a dead server's processes are gone
)

// ending judges a server that has ended.
func (s *server) ending() ending {
	clean := s.child != nil && s.child.Success()
	if s.child == nil {
		clean = !exists(s.home.pidFile()) // a killed one leaves it behind
	}
	switch {
	case clean:
		return shutDown
	case s.ready.Load(), s.child != nil && !s.child.Exited():
		return crashed
	// After a kill -9 of the server its processes live on for a moment, and
	// PostgreSQL refuses to start beside them.
	case strings.Contains(s.home.logSince(s.began), "pre-existing shared memory block"):
		return refused
	}
	return failed
}

func (s *server) how() string { return endName(s.child) }

// staleLocks deals with what a killed server left behind. PostgreSQL removes
// its own stale lock file, after checking that no process of the dead server
// is left, but not when the process id in it has been given to someone else;
// for its own grandparent it makes an exception, and that is what the stale
// id is passed off as. The result goes into the server's environment.
func (h *home) staleLocks() []string {
	// The data directory's lock guards the socket's as well.
	_ = os.Remove(filepath.Join(h.runDir(), socketName+".lock"))
	p, ok := h.readPostmaster()
	if ok {
		return []string{"PG_GRANDPARENT_PID=" + strconv.Itoa(p.pid)}
	}
	if exists(h.pidFile()) && !h.inhabited() {
		// Cut short by a full disk or a power cut: PostgreSQL stops at it.
		_ = os.Remove(h.pidFile())
	}
	return nil
}

// inhabited says whether some process has pgdata as its working directory, as
// each process of a server has. If the system does not show it: true.
func (h *home) inhabited() bool {
	data, err := os.Stat(h.data())
	if err != nil {
		return true
	}
	cwds, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil || len(cwds) == 0 {
		return true
	}
	for _, cwd := range cwds {
		if info, err := os.Stat(cwd); err == nil && os.SameFile(info, data) {
			return true
		}
	}
	return false
}
