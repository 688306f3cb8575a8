package pgcluster

import "golang.org/x/sys/unix"

// memory is how many bytes the machine has, zero where it does not say.
func memory() uint64 {
	bytes, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return bytes
}
