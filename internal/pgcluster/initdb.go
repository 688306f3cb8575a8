package pgcluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	superuser = "postgres" // and the name of the database that initdb makes
	newData   = "pgdata.new-"
	confName  = "elizago.conf"
)

// conf is included by postgresql.conf and marks pgdata as made by this
// package. Lines after the include, and ALTER SYSTEM, win over it.
const conf = `# Settings of elizago's private cluster.
jit = off                              # costs more than it saves on short queries
max_logical_replication_workers = 0    # one process less
log_checkpoints = off                  # the log is for what went wrong
`

// buffers is how much of a table the server keeps at hand: an eighth of the
// machine's memory, from PostgreSQL's default up to 1 GB. The graph over 100,000
// vectors of 384 dimensions takes 200 MB, as do the vectors, and a search of what
// does not fit takes twice as long. What is not used is not taken from the machine.
func buffers() string {
	return fmt.Sprintf("shared_buffers = %dMB                # for the graphs of vectors\n", min(max(memory()/8>>20, 128), 1024))
}

// hba lets in every user who can reach the socket: its folder is the owner's
// alone.
const hba = `# elizago's private cluster: the socket is the only way in.
local all all trust
`

// initialise makes pgdata. The caller holds start.lock, so that whatever
// looks like an initdb under way is the remains of one that was interrupted.
func (h *home) initialise(ctx context.Context, cfg Config, in Installation) (err error) {
	if err := ctx.Err(); err != nil {
		return h.initdbInterrupted(ctx)
	}
	if err := h.removeLeftovers(); err != nil {
		return err
	}
	if err := h.checkSpace(cfg.need); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(h.dir, newData)
	if err != nil {
		return fsError(h.dir, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.removeLeftovers())
		}
	}()
	if err := h.give(dir); err != nil {
		return fsError(dir, err)
	}
	if err := h.runInitdb(ctx, cfg, in, dir); err != nil {
		return err
	}
	if err := h.configure(dir); err != nil {
		return fsError(dir, err)
	}
	if err := syncTree(dir); err != nil {
		return fsError(dir, err)
	}
	if ctx.Err() != nil {
		return h.initdbInterrupted(ctx)
	}
	if err := os.Rename(dir, h.data()); err != nil {
		return fsError(h.data(), err)
	}
	return syncDir(h.dir)
}

func (h *home) removeLeftovers() error {
	left, err := filepath.Glob(filepath.Join(escapeGlob(h.dir), newData+"*"))
	if err != nil {
		return fsError(h.dir, err)
	}
	for _, dir := range left {
		// An initdb whose starter was killed may still be writing.
		for try := 0; ; try++ {
			err := os.RemoveAll(dir)
			if err == nil {
				break
			}
			if try == 50 {
				return fsError(dir, err)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func (h *home) runInitdb(ctx context.Context, cfg Config, in Installation, dir string) error {
	args := []string{"-D", dir, "-U", superuser, "--auth=trust", "--encoding=UTF8"}
	if runtime.GOOS == "linux" {
		args = append(args, "--locale=C.UTF-8", "--no-sync") // syncTree does it at once
	} else {
		args = append(args, "--locale=C", "--lc-ctype=UTF-8")
	}
	var out bytes.Buffer
	cmd, err := h.start(cfg.forbid, func() *exec.Cmd {
		cmd := exec.Command(filepath.Join(in.BinDir, "initdb"), args...)
		cmd.Dir = "/"
		cmd.Env = serverEnv("TZ=UTC") // a named zone spares the search for one
		cmd.Stdout, cmd.Stderr = &out, &out
		cmd.WaitDelay = time.Second
		return cmd
	})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		// initdb leads a session of its own; its group is all it started.
		_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
		<-ended
		return h.initdbInterrupted(ctx)
	}
	if err == nil {
		return nil
	}
	if strings.Contains(out.String(), "No space left on device") {
		return full(h.dir)
	}
	// Not wrapped: callers take an *exec.ExitError for the end of a program
	// of theirs, and exit with its status.
	return fmt.Errorf("pgcluster: initdb for %s failed (%s): %s: check the installation with `%s --version`, or name another one with ELIZA_PG_BIN",
		h.dir, endName(cmd.ProcessState), reason(out.String()), cmd.Path)
}

func (h *home) initdbInterrupted(ctx context.Context) error {
	return interrupted(ctx.Err(), "making the cluster of "+h.dir, "nothing is left of it, start again")
}

// configure writes what the cluster must have beyond initdb's defaults.
func (h *home) configure(dir string) error {
	main, err := os.OpenFile(filepath.Join(dir, "postgresql.conf"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = main.WriteString("\ninclude_if_exists = '" + confName + "'\n")
	if err2 := main.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return err
	}
	for name, text := range map[string]string{confName: conf + buffers(), "pg_hba.conf": hba} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
		if err := h.give(path); err != nil {
			return err
		}
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fsError(dir, err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fsError(dir, err)
	}
	return nil
}
