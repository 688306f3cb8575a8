package pgcluster

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// postmaster is what the server wrote into pgdata/postmaster.pid.
type postmaster struct {
	pid       int
	socketDir string
	ready     bool // accepts connections
}

// readPostmaster reads the file. ok is false when there is none, or when it
// does not (yet) begin with a process id.
func (h *home) readPostmaster() (p postmaster, ok bool) {
	text, err := os.ReadFile(h.pidFile())
	if err != nil {
		return p, false
	}
	lines := strings.Split(string(text), "\n")
	if p.pid, err = strconv.Atoi(strings.TrimSpace(lines[0])); err != nil || p.pid <= 0 {
		return p, false
	}
	if len(lines) > 4 {
		p.socketDir = strings.TrimSpace(lines[4])
	}
	p.ready = len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"
	return p, true
}

func (h *home) pidFile() string { return filepath.Join(h.data(), "postmaster.pid") }

// alive says whether p is a running server of h, and not another process that
// was given the same id since: in containers, where ids start over, that is
// the usual case after a crash.
func (h *home) alive(p postmaster) bool {
	if err := unix.Kill(p.pid, 0); errors.Is(err, unix.ESRCH) {
		return false
	}
	if runtime.GOOS == "linux" {
		cwd, err := os.Stat("/proc/" + strconv.Itoa(p.pid) + "/cwd")
		if err == nil {
			data, err := os.Stat(h.data())
			return err == nil && os.SameFile(cwd, data)
		}
		if errors.Is(err, os.ErrNotExist) && exists("/proc/self/cwd") {
			return false
		}
	}
	command, err := exec.Command("ps", "-p", strconv.Itoa(p.pid), "-o", "command=").Output()
	return err == nil && bytes.Contains(command, []byte("postgres")) && answers(h.socketDir(p))
}

// running returns the living server of h, if there is one.
func (h *home) running() (postmaster, bool) {
	p, ok := h.readPostmaster()
	return p, ok && h.alive(p)
}

// answers says whether something accepts connections on the socket in dir.
func answers(dir string) bool {
	//nolint:gosec // a socket on this machine
	conn, err := net.DialTimeout("unix", filepath.Join(dir, socketName), time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
