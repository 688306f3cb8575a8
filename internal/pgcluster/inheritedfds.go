package pgcluster

import (
	"os"
	"os/exec"
	"strconv"

	"golang.org/x/sys/unix"
)

// inherited lists the descriptors above standard error that this process was
// started with, or got from other than Go code: all that Go opens is closed
// on exec, and these are not. A server that kept one would hold, as long as
// it lives, somebody's flock or the end of a pipe that somebody reads.
func inherited() []int {
	var fds []int
	for fd := range open() {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// open yields the numbers above 2 that may be open descriptors.
func open() func(func(int) bool) {
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

// maxDescriptor is the limit that descriptors are below.
func maxDescriptor() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return int(min(limit.Cur, 1<<20))
}

// closeInherited is for a supervisor: what is inherited is its launcher's.
func closeInherited() {
	for _, fd := range inherited() {
		unix.Close(fd)
	}
}

// withholdInherited has cmd start without them. They stay open here, where
// they belong to the program, and are closed between fork and exec.
func withholdInherited(cmd *exec.Cmd) {
	last := 2
	for _, fd := range inherited() {
		last = max(last, fd)
	}
	// os/exec moves its own pipe above these, for which there must be room.
	last = min(last, maxDescriptor()-16)
	if last > 2 {
		cmd.ExtraFiles = make([]*os.File, last-2) // nil: closed
	}
}
