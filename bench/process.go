package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// side is one of the compared programs.
type side struct {
	Name string
	// worker returns the command that runs a work, ready the one whose start is
	// measured.
	worker func(ctx context.Context, w work) *exec.Cmd
	ready  func(ctx context.Context, url string) (*exec.Cmd, error)
	// says is a part of the line that means ready, on standard output or
	// standard error.
	says     string
	onStderr bool
}

// do runs a work on a database, in a separate process.
func (s *side) do(ctx context.Context, w work, url string) (*results, error) {
	environment, err := w.environment(url)
	if err != nil {
		return nil, err
	}
	cmd := s.worker(ctx, w)
	cmd.Env = append(cmd.Environ(), environment)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s failed at %s: %w: %s", s.Name, w.Name, err, last(stderr.String()+stdout.String()))
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	var got results
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		return nil, fmt.Errorf("%s at %s answered with no JSON: %w: %s", s.Name, w.Name, err, last(stdout.String()))
	}
	w.grade(&got)
	return &got, nil
}

// start measures one start of a side on a database from outside: the time until
// its ready line, and its peak memory then.
func (s *side) start(ctx context.Context, url string) (sample, error) {
	cmd, err := s.ready(ctx, url)
	if err != nil {
		return sample{}, err
	}
	return untilReady(cmd, s.says, s.onStderr)
}

// untilReady starts a program, waits for the line that contains says, and ends
// the program as a user would, by closing its input.
func untilReady(cmd *exec.Cmd, says string, onStderr bool) (sample, error) {
	input, err := cmd.StdinPipe()
	if err != nil {
		return sample{}, err
	}
	var said strings.Builder
	open := cmd.StdoutPipe
	if onStderr {
		open = cmd.StderrPipe
	} else {
		cmd.Stderr = &said
	}
	output, err := open()
	if err != nil {
		return sample{}, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	var got sample
	var heard strings.Builder
	for lines := bufio.NewScanner(io.TeeReader(output, &heard)); lines.Scan(); {
		if strings.Contains(lines.Text(), says) {
			got.Ready = time.Since(began)
			if got.PeakMB, err = peakMB(cmd.Process.Pid); err != nil {
				fmt.Fprintln(os.Stderr, "bench:", err)
			}
			input.Close()
		}
	}
	if err := cmd.Wait(); err != nil {
		return sample{}, fmt.Errorf("the program failed: %w: %s", err, last(heard.String()+said.String()))
	}
	if got.Ready == 0 {
		return sample{}, errors.New("the program never said that it is ready: " + last(heard.String()+said.String()))
	}
	return got, nil
}

// last returns the end of a process's output, which has the reason.
func last(text string) string {
	const most = 2000
	if len(text) > most {
		text = "..." + text[len(text)-most:]
	}
	return strings.TrimSpace(text)
}
