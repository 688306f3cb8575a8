package pgcluster

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// limits are where a control group says how much memory it may have, of version
// 2 and 1.
var limits = []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}

// memory returns the memory available to this process in bytes, or zero if
// unknown.
func memory() uint64 {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0
	}
	total := uint64(info.Totalram) * uint64(info.Unit) //nolint:unconvert // 32 bits on some machines
	for _, file := range limits {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// "max" is no limit.
		if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
			total = min(total, limit)
		}
	}
	return total
}
