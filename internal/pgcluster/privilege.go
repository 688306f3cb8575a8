package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// PostgreSQL refuses to run as root, so that a root process has to start it as
// another user. These are the ways, tried in this order by starting the program
// itself: nothing is probed beforehand.
//
//  1. The home belongs to an ordinary user: as that user.
//  2. The home belongs to root: in a user namespace (Linux), where root has
//     another id. The files remain root's.
//  3. No namespaces here (many containers): as the system's user postgres,
//     who is given the home, and with it the capability to pass closed folders
//     above it, if root here has one to give.

// way is one manner to start initdb or postgres.
type way struct {
	attr    syscall.SysProcAttr
	next    bool // a refusal by the kernel leads on to the next way
	account bool // the user in attr is found by giveToAccount
	enters  bool // closed folders above the home are no obstacle
}

const noRootFix = "run as an ordinary user, set PGLITE_DATA_DIR to a folder that user postgres can reach, or set POSTGRES_URL to a server"

// start starts the command that build makes, in a session of its own so that
// a Ctrl-C in the terminal does not reach it. h.uid may have changed after.
func (h *home) start(forbid forbidden, build func() *exec.Cmd) (*exec.Cmd, error) {
	var err, closed error
	for _, w := range h.ways(forbid) {
		if w.account {
			if w.attr.Credential, err = h.giveToAccount(forbid, w.enters); err != nil {
				closed = err
				continue
			}
		}
		cmd := build()
		withholdInheritedFDs(cmd)
		cmd.SysProcAttr = &w.attr
		cmd.SysProcAttr.Setsid = true
		if err = cmd.Start(); err == nil {
			return cmd, nil
		}
		if !w.next || errors.Is(err, unix.ENOENT) {
			break
		}
	}
	if closed != nil {
		return nil, closed
	}
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return nil, &AccessError{
			Dir:    h.dir,
			Reason: fmt.Sprintf("user id %d may not run PostgreSQL for %s (%s)", h.uid, h.dir, cause(err)),
			Fix:    noRootFix,
		}
	}
	return nil, fmt.Errorf("pgcluster: PostgreSQL cannot be started for %s (%s): run `make setup` (scripts/postgres.sh) if it was removed, and see that memory and processes are left", h.dir, cause(err))
}

func (h *home) ways(forbid forbidden) []way {
	if os.Geteuid() != 0 {
		return []way{{}}
	}
	closed := closedParent(h.dir, h.uid, h.gid) != ""
	if h.uid != 0 && !closed {
		return []way{{attr: syscall.SysProcAttr{Credential: credential(h.uid, h.gid)}}}
	}
	var ways []way
	if !forbid.Namespace {
		ways = namespaces(h.uid, h.gid, closed, forbid)
	}
	return append(ways, accounts(forbid)...)
}

// giveToAccount gives a home of root's to user postgres, or says why that
// does not help. enters says that the server will be able to pass folders that
// are closed to that user.
func (h *home) giveToAccount(forbid forbidden, enters bool) (*syscall.Credential, error) {
	const refused = "PostgreSQL does not run as root, user namespaces are not permitted here, and "
	uid, gid := h.uid, h.gid
	if uid == 0 {
		var ok bool
		if uid, gid, ok = postgresUser(forbid); !ok {
			return nil, &AccessError{Dir: h.dir, Reason: refused + "there is no user postgres", Fix: noRootFix}
		}
	}
	if closed := closedParent(h.dir, uid, gid); closed != "" && !enters {
		return nil, &AccessError{
			Dir:    h.dir,
			Reason: refused + fmt.Sprintf("user id %d, which would run it instead, cannot enter %s", uid, closed), Fix: noRootFix,
		}
	}
	if uid != h.uid {
		if err := h.giveAll(uid, gid); err != nil {
			return nil, fsError(h.dir, err)
		}
		// One outside the home is named for the owner.
		if err := h.makeRunDir(); err != nil {
			return nil, err
		}
	}
	return credential(uid, gid), nil
}

func credential(uid, gid int) *syscall.Credential {
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func postgresUser(forbid forbidden) (uid, gid int, ok bool) {
	if forbid.Account {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "_postgres"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil && uid != 0 {
			return uid, gid, true
		}
	}
	return 0, 0, false
}

// closedParent returns the uppermost folder above dir that the user cannot
// enter, by its mode; empty when there is none.
func closedParent(dir string, uid, gid int) string {
	closed := ""
	for dir = filepath.Dir(dir); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil {
			st := info.Sys().(*syscall.Stat_t)
			bit := os.FileMode(0o001)
			switch {
			case int(st.Uid) == uid:
				bit = 0o100
			case int(st.Gid) == gid:
				bit = 0o010
			}
			if info.Mode().Perm()&bit == 0 {
				closed = dir
			}
		}
		if dir == filepath.Dir(dir) {
			return closed
		}
	}
}
