package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// peakMB returns the peak resident memory of a running process. The resource
// usage from wait does not serve: it includes initdb and the server's programs.
// Only Linux reports the peak of another process (proc(5), VmHWM); elsewhere it
// is the current value.
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
