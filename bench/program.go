package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ourReady is part of the line that the program writes to standard error when
// its agent is ready.
const ourReady = "  ready  "

// startProgram starts the program on the private cluster in a home.
func startProgram(binary, home string) (sample, error) {
	cmd := program(context.Background(), binary, filepath.Dir(home), "POSTGRES_URL=", "PGLITE_DATA_DIR="+home)
	return untilReady(cmd, ourReady, true)
}

// program returns the command that starts ours, in a folder without .env.
func program(ctx context.Context, binary, folder string, environment ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, "start")
	cmd.Dir = folder
	cmd.Env = append(append(os.Environ(), "LOG_LEVEL=info", "LOG_FORMAT=console"), environment...)
	return cmd
}

// ours returns the side of this project: the program for starts, and this
// executable for the works of the stores.
func ours(binary, folder string) (*side, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("which program this is: %w", err)
	}
	return &side{
		Name:     "elizago",
		worker:   func(ctx context.Context, _ work) *exec.Cmd { return exec.CommandContext(ctx, self) },
		says:     ourReady,
		onStderr: true,
		ready: func(ctx context.Context, url string) (*exec.Cmd, error) {
			return program(ctx, binary, folder, "POSTGRES_URL="+url), nil
		},
	}, nil
}
