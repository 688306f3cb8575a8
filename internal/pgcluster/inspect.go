package pgcluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Status is the state of a cluster. Zero values mean none.
type Status struct {
	Dir           string // the home, absolute
	Exists        bool   // the home exists
	DataVersion   int    // major version that created the data; 0: no cluster yet
	Running       bool   // a server runs
	Ready         bool   // the server accepts connections
	PID           int    // the server's process id
	SupervisorPID int    // the supervisor's process id; 0: none
	SocketDir     string // the folder of the server's socket, even if it does not run
	InUse         bool   // a process uses the cluster
	Users         []int  // the ids of these processes, if the system shows them
	Bin           string // the folder of the server's programs
	ServerVersion string // "15.18"
	Log           string // the server's log
}

// URL returns the connection string of a running cluster.
func (s Status) URL() string { return socketURL(s.SocketDir) }

// Inspect returns the state of a cluster, which may have changed when it
// returns. It starts nothing and changes nothing. It returns the errors with
// which Start would reject the folder, and then fills the Status as far as
// possible.
func Inspect(ctx context.Context, cfg Config) (Status, error) {
	abs, err := absolute(cfg.Dir)
	if err != nil {
		return Status{}, err
	}
	s := Status{Dir: abs}
	if _, err := os.Stat(abs); errors.Is(err, fs.ErrNotExist) {
		return s, errors.Join(s.addServer(cfg, &home{dir: abs}), writable(abs))
	}
	h, err := findHome(abs)
	if err != nil {
		return s, err
	}
	s.Dir, s.Exists, s.Log = h.dir, true, h.log()
	if err := errors.Join(h.checkOwner(), h.checkContent()); err != nil {
		return s, err
	}
	if s.DataVersion, err = h.dataVersion(); err != nil {
		return s, err
	}
	s.SocketDir = h.runDir()
	if held(h.supervisorLock()) {
		s.SupervisorPID = h.supervisorPID()
	}
	if p, ok := h.readPostmaster(); ok && (s.SupervisorPID != 0 || h.alive(p)) {
		s.Running, s.PID, s.SocketDir = true, p.pid, h.socketDir(p)
		s.Ready = p.ready && answers(s.SocketDir)
	}
	s.Users = h.userPIDs()
	s.InUse = len(s.Users) > 0 || h.inUse()
	if !s.Running {
		err = h.checkWritable()
	}
	return s, errors.Join(s.addServer(cfg, h), err, ctx.Err())
}

func (s *Status) addServer(cfg Config, h *home) error {
	in, err := h.selectFor(cfg, s.DataVersion)
	if err != nil {
		return err
	}
	in.ask()
	s.Bin, s.ServerVersion = in.BinDir, in.Version
	return nil
}

func (h *home) supervisorPID() int {
	text, _ := os.ReadFile(h.supervisorLock())
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// inUse reports whether a process uses the cluster: users.lock can be shared but
// not had. It is tried only if the kernel does not list lock holders, because it
// takes the lock for an instant.
func (h *home) inUse() bool {
	if exists("/proc/locks") {
		return false
	}
	fd, err := unix.Open(h.usersLock(), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	l := &lock{fd: fd, path: h.usersLock()}
	defer l.close()
	use, err := h.use(l)
	return use == used && err == nil
}

// userPIDs lists the processes that use the cluster, where the kernel lists the
// holders of locks (Linux). It is for people: empty does not mean that there is
// none.
func (h *home) userPIDs() []int {
	f, err := os.Open("/proc/locks")
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := os.Stat(h.usersLock())
	if err != nil {
		return nil
	}
	st := info.Sys().(*syscall.Stat_t)
	dev := uint64(st.Dev) //nolint:unconvert // signed on other systems
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(dev), unix.Minor(dev), st.Ino)
	var pids []int
	for lines := bufio.NewScanner(f); lines.Scan(); {
		// 1: FLOCK  ADVISORY  READ 4711 fe:00:12345 0 EOF
		w := strings.Fields(lines.Text())
		if len(w) < 6 || w[1] != "FLOCK" || w[3] != "READ" || w[5] != file {
			continue
		}
		if pid, err := strconv.Atoi(w[4]); err == nil && pid > 0 && !slices.Contains(pids, pid) {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}
