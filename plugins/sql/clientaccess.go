package sql

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgcluster"
)

var _ core.ClientAccess = (*Adapter)(nil)

// URL implements core.ClientAccess. The private cluster accepts connections there
// only while a program uses it.
func (a *Adapter) URL(ctx context.Context) (string, error) {
	if a.config.URL != "" {
		return a.config.URL, nil
	}
	found, err := pgcluster.Inspect(ctx, a.config.connection().Cluster)
	return found.URL(), err
}

// ClientProgram implements core.ClientAccess. The connection goes through a
// service file that the program inherits: other users can see arguments and
// environments, and the caller's own arguments must be able to name another
// database of the server.
func (a *Adapter) ClientProgram(ctx context.Context, name string, args ...string) (cmd *exec.Cmd, release func(), err error) {
	if a.conn == nil {
		return nil, nil, errors.New("sql: the database is not open: call Open before ClientProgram")
	}
	path, err := a.findClient(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	environment, file, err := a.conn.ServiceFile()
	if err != nil {
		return nil, nil, err
	}
	cmd = exec.CommandContext(ctx, path, args...)
	cmd.Env = append(a.clientEnvironment(), environment...)
	cmd.ExtraFiles = []*os.File{file} // descriptor 3
	return cmd, func() { _ = file.Close() }, nil
}

// clientEnvironment returns the environment of a client program: that of this
// process, for the private cluster without libpq's variables, which users set
// for their own servers.
func (a *Adapter) clientEnvironment() []string {
	if a.config.URL != "" {
		return os.Environ()
	}
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "PG") })
}

// findClient returns the path of a client program. It prefers those beside the
// cluster's server, as another version may not understand it.
func (a *Adapter) findClient(ctx context.Context, name string) (string, error) {
	var dirs []string
	if a.config.URL == "" {
		if found, err := pgcluster.Inspect(ctx, a.config.connection().Cluster); err == nil {
			dirs = append(dirs, found.Bin)
		}
	}
	if a.config.BinDir != "" && !slices.Contains(dirs, a.config.BinDir) {
		dirs = append(dirs, a.config.BinDir) // also one without a server
	}
	for _, found := range pgcluster.Installations(a.config.BinDir) {
		dirs = append(dirs, found.BinDir)
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("%s is not installed (looked in %s): install PostgreSQL's client programs, or name their folder with ELIZA_PG_BIN",
		name, strings.Join(append(dirs, "PATH"), ", "))
}
