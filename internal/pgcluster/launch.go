package pgcluster

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// launched is a supervisor that this process started.
type launched struct {
	pid   int
	began int64 // where in server.log its words begin

	adopted bool // it takes over a server that runs already
}

// launch starts a supervisor. The caller holds start.lock.
func (h *home) launch(o supervisorArgs) (*launched, error) {
	log, began, err := h.openLog()
	if err != nil {
		return nil, err
	}
	defer log.Close()
	text, err := o.encode()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("pgcluster: which program this is: %w", err)
	}
	if runtime.GOOS == "linux" && exists("/proc/self/exe") {
		self = "/proc/self/exe" // found even when the file was replaced since
	}
	cmd := exec.Command(self)
	cmd.Args = []string{"elizago: supervisor of " + h.dir}
	cmd.Dir = "/"
	cmd.Env = append(serverEnv(), supervisorVariable+"="+text)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	withholdInheritedFDs(cmd) // and the supervisor looks again, for another thread may just have opened one
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("pgcluster: the supervisor of %s, this program again, cannot be started (%s): start the program again, and see that it is still there and that memory and processes are left", h.dir, cause(err))
	}
	l := &launched{pid: cmd.Process.Pid, began: began, adopted: o.Adopt != 0}
	children.add(l.pid, h.dir)
	// The supervisor may outlive our use of the cluster, and a goroutine that
	// waits for it would too: children reaps it in passing instead.
	_ = cmd.Process.Release()
	return l, nil
}

// gone reports whether the supervisor has ended.
func (l *launched) gone() bool {
	return children.reap(l.pid)
}

// children are the supervisors that this process started and that have not been
// reaped: starting or closing a cluster sweeps those that ended, so that they
// do not stay behind as zombies of a long-lived program.
var children childProcesses

type childProcesses struct {
	mu   sync.Mutex
	dirs map[int]string // the home, by the supervisor's process id
}

func (c *childProcesses) add(pid int, dir string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dirs == nil {
		c.dirs = map[int]string{}
	}
	c.dirs[pid] = dir
}

// reap says whether pid is no living child of this process.
func (c *childProcesses) reap(pid int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ours := c.dirs[pid]; !ours {
		return true
	}
	got, err := unix.Wait4(pid, nil, unix.WNOHANG, nil)
	if got == pid || errors.Is(err, unix.ECHILD) {
		delete(c.dirs, pid)
		return true
	}
	return false
}

// sweep reaps those that have ended and returns how many of dir have not.
func (c *childProcesses) sweep(dir string) int {
	c.mu.Lock()
	dirs := maps.Clone(c.dirs)
	c.mu.Unlock()
	left := 0
	for pid, d := range dirs {
		if !c.reap(pid) && d == dir {
			left++
		}
	}
	return left
}

// reapSoon gives a supervisor of dir the instant it needs from giving up its
// lock to its end.
func (c *childProcesses) reapSoon(dir string) {
	for deadline := time.Now().Add(200 * time.Millisecond); c.sweep(dir) > 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
}
