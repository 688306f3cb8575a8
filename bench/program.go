package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startProgram starts the program on a home until it says that it is ready,
// and ends it as a user would, by closing its input.
func startProgram(binary, home string) (sample, error) {
	cmd := exec.Command(binary, "start")
	cmd.Dir = filepath.Dir(home) // where there is no .env
	cmd.Env = append(os.Environ(), "POSTGRES_URL=", "PGLITE_DATA_DIR="+home, "LOG_LEVEL=info", "LOG_FORMAT=console")
	input, err := cmd.StdinPipe()
	if err != nil {
		return sample{}, err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return sample{}, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	var got sample
	var said strings.Builder
	for lines := bufio.NewScanner(io.TeeReader(stderr, &said)); lines.Scan(); {
		if strings.Contains(lines.Text(), "  ready  ") {
			got.Ready = time.Since(began)
			if got.PeakMB, err = peakMB(cmd.Process.Pid); err != nil {
				said.WriteString(err.Error())
			}
			input.Close()
		}
	}
	if err := cmd.Wait(); err != nil {
		return sample{}, fmt.Errorf("the program failed: %w: %s", err, said.String())
	}
	if got.Ready == 0 {
		return sample{}, errors.New("the program never said that it is ready: " + said.String())
	}
	return got, nil
}

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
