package pgcluster

import (
	"os"
	"os/exec"
	"strconv"

	"golang.org/x/sys/unix"
)

// inheritedFDs lists the descriptors above standard error that this process was
// started with, or that other code than Go opened: what Go opens is closed on
// exec, these are not. A server that kept one would hold a flock of another
// program, or the end of a pipe that another reads, for as long as it runs.
func inheritedFDs() []int {
	var fds []int
	for fd := range openFDs() {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// openFDs yields the numbers above 2 that may be open descriptors.
func openFDs() func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, dir := range []string{"/proc/self/fd", "/dev/fd"} {
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) == 0 {
				continue
			}
			for _, e := range entries {
				if fd, err := strconv.Atoi(e.Name()); err == nil && fd > 2 && !yield(fd) {
					return
				}
			}
			return
		}
		for fd := 3; fd < min(maxDescriptor(), 1<<16); fd++ {
			if !yield(fd) {
				return
			}
		}
	}
}

// maxDescriptor returns the limit that descriptors are below.
func maxDescriptor() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(limit.Cur, 1<<20))
}

// closeInheritedFDs closes them. A supervisor calls it: what it inherits belongs
// to its launcher.
func closeInheritedFDs() {
	for _, fd := range inheritedFDs() {
		unix.Close(fd)
	}
}

// withholdInheritedFDs makes cmd start without them. They stay open in this
// process and are closed between fork and exec.
func withholdInheritedFDs(cmd *exec.Cmd) {
	last := 2
	for _, fd := range inheritedFDs() {
		last = max(last, fd)
	}
	// os/exec moves its own pipe above these, for which there must be room.
	last = min(last, maxDescriptor()-16)
	if last > 2 {
		cmd.ExtraFiles = make([]*os.File, last-2) // nil: closed
	}
}
