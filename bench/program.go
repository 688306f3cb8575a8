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
	"syscall"
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
	var ready time.Duration
	var said strings.Builder
	for lines := bufio.NewScanner(io.TeeReader(stderr, &said)); lines.Scan(); {
		if strings.Contains(lines.Text(), "  ready  ") {
			ready = time.Since(began)
			input.Close()
		}
	}
	if err := cmd.Wait(); err != nil {
		return sample{}, fmt.Errorf("the program failed: %w: %s", err, said.String())
	}
	if ready == 0 {
		return sample{}, errors.New("the program never said that it is ready: " + said.String())
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, errors.New("the system does not tell the memory of a process")
	}
	return sample{Ready: ready, PeakMB: float64(usage.Maxrss) / maxrssPerMB}, nil
}
