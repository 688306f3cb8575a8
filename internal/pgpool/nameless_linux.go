package pgpool

import (
	"os"

	"golang.org/x/sys/unix"
)

// namelessFile returns a file in memory, or, where the kernel has none, one that
// is removed already.
func namelessFile() (*os.File, error) {
	fd, err := unix.MemfdCreate("elizago-service", unix.MFD_CLOEXEC)
	if err != nil {
		return removedFile()
	}
	return os.NewFile(uintptr(fd), "elizago-service"), nil
}
