package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// peerVersion is the version of elizaOS's packages. These are the last 1.x;
// version 2 has no such adapter.
const peerVersion = "1.7.2"

//go:embed peer/*.mjs
var drivers embed.FS

// installPeer installs the peer, both of its runtimes and the drivers in a
// folder, unless they are installed, and returns a side per runtime.
func installPeer(ctx context.Context, folder string) ([]*side, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("node is missing, and the peer runs on it: install Node.js 20 or later")
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return nil, errors.New("npm is missing, and the peer is installed with it: install npm")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // public packages
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "package.json"), []byte(`{"private": true, "type": "module"}`), 0o644); err != nil { //nolint:gosec // as above
		return nil, err
	}
	peer := []string{"@elizaos/core@" + peerVersion, "@elizaos/plugin-sql@" + peerVersion}
	if err := install(ctx, npm, folder, append(peer, "bun")...); err != nil {
		// Bun is a binary that not every machine can run.
		if err := install(ctx, npm, folder, peer...); err != nil {
			return nil, err
		}
	}
	if err := copyDrivers(folder); err != nil {
		return nil, err
	}
	sides := []*side{peerSide("node", node, folder)}
	bun := filepath.Join(folder, "node_modules", ".bin", "bun")
	if err := exec.CommandContext(ctx, bun, "--version").Run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench: bun cannot be had from npm here, so the peer runs on Node alone:", err)
		return sides, nil
	}
	return append(sides, peerSide("bun", bun, folder)), nil
}

func install(ctx context.Context, npm, folder string, packages ...string) error {
	cmd := exec.CommandContext(ctx, npm, append([]string{"install", "--no-audit", "--no-fund", "--loglevel=error"}, packages...)...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("npm could not install %s: %w: %s", strings.Join(packages, " "), err, last(string(out)))
	}
	return nil
}

func copyDrivers(folder string) error {
	names, err := fs.Glob(drivers, "peer/*.mjs")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := drivers.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(name)), text, 0o644); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return nil
}

func peerSide(name, runtime, folder string) *side {
	driver := func(ctx context.Context, name string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, runtime, filepath.Join(folder, name+".mjs"))
		cmd.Dir = folder
		cmd.Env = os.Environ()
		return cmd
	}
	return &side{
		Name:   name,
		worker: func(ctx context.Context, w work) *exec.Cmd { return driver(ctx, w.Driver) },
		says:   `"ready":true`,
		ready: func(ctx context.Context, url string) (*exec.Cmd, error) {
			environment, err := work{Name: "start", Driver: "start"}.environment(url)
			cmd := driver(ctx, "start")
			cmd.Env = append(cmd.Env, environment)
			return cmd, err
		},
	}
}
