package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// peakMB is the peak resident memory of a running process. The resource usage
// that wait reports would not do: it counts initdb and the server's programs as
// well. Only Linux tells the peak of another process (proc(5), VmHWM);
// elsewhere it is the present figure.
func peakMB(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, field, ok := strings.Cut(string(text), "VmHWM:")
	if err != nil || !ok {
		out, err := exec.Command("ps", "-o", "rss=", "-p", fmt.Sprint(pid)).Output()
		if err != nil {
			return 0, fmt.Errorf("the memory of process %d: %w", pid, err)
		}
		field = string(out)
	}
	var kib float64
	if _, err := fmt.Sscan(field, &kib); err != nil {
		return 0, fmt.Errorf("the memory of process %d: %w", pid, err)
	}
	return kib / 1024, nil
}
