package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgpool"
)

// PostgreSQL's own client programs do these jobs best; this file finds them,
// starts the private cluster for as long as they run, and hands them the
// connection.

func (p *program) psqlCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "psql [arguments of psql]",
		Short:              "Open psql on the database",
		Long:               "Opens psql on the database, and passes all arguments on to it.",
		Example:            "  elizago db psql\n  elizago db psql -c 'SELECT name FROM agents'",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
				return cmd.Help()
			}
			// Ctrl-C belongs to psql, where it cancels a query.
			signal.Ignore(syscall.SIGINT)
			defer signal.Reset(syscall.SIGINT)
			return p.withDatabase(context.WithoutCancel(cmd.Context()), existing, func(ctx context.Context, db *pgpool.DB) error {
				return p.tool(ctx, db, "psql", p.In, p.Out, args...)
			})
		},
	}
}

func (p *program) dumpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "dump [FILE]",
		Short: "Save the database to a file",
		Long: "Saves the whole database, in pg_dump's custom format, to a file or to standard output.\n" +
			"`elizago db restore` reads it, also into a newer version of PostgreSQL.",
		Example: "  elizago db dump backup.dump",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && isTerminal(p.Out) {
				return fmt.Errorf("a dump is no text for a terminal: name a file, as in `%s db dump backup.dump`", p.name)
			}
			return p.withDatabase(cmd.Context(), existing, func(ctx context.Context, db *pgpool.DB) error {
				dump := func(out io.Writer) error {
					return p.tool(ctx, db, "pg_dump", nil, out, "--format=custom", "--no-owner", "--no-privileges")
				}
				if len(args) == 0 {
					return dump(p.Out)
				}
				return writeFile(args[0], dump)
			})
		},
	}
}

func (p *program) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "restore FILE",
		Short:   "Bring a saved database back",
		Long:    "Reads a file of `elizago db dump` into a database without tables, all of it or nothing.",
		Example: "  PGLITE_DATA_DIR=./restored elizago db restore backup.dump",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("the dump cannot be read (%w): check the file's name", err)
			}
			defer file.Close()
			return p.withDatabase(cmd.Context(), orNew, func(ctx context.Context, db *pgpool.DB) error {
				var tables int
				if err := db.SQL().QueryRowContext(ctx, `
					SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`).
					Scan(&tables); err != nil {
					return fmt.Errorf("the database cannot be looked at: %w", err)
				}
				if tables > 0 {
					return fmt.Errorf("the database has %d tables already, and a restore would mix with them: "+
						"restore into an empty one, for example with PGLITE_DATA_DIR=./restored", tables)
				}
				err := p.tool(ctx, db, "pg_restore", file, p.Out,
					"--dbname=", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
				var exit *toolExit
				if errors.As(err, &exit) {
					return fmt.Errorf("%s is not what `%s db dump` writes, or does not fit this server: nothing was restored; pg_restore says why above",
						args[0], p.name)
				}
				return err
			})
		},
	}
}

// presence says whether a command may make the private cluster.
type presence bool

const (
	// existing is for commands that look at data: where there is none, an
	// empty new cluster would pass for it.
	existing presence = false
	orNew    presence = true
)

// withDatabase opens the database for as long as do runs.
func (p *program) withDatabase(ctx context.Context, must presence, do func(context.Context, *pgpool.DB) error) error {
	log, err := logger(p.config, p.Err, zap.WarnLevel)
	if err != nil {
		return err
	}
	if p.config.PostgresURL == "" && must == existing {
		status, err := pgcluster.Inspect(ctx, p.clusterConfig(log))
		if err != nil {
			return err
		}
		if status.DataVersion == 0 {
			return p.noCluster(status)
		}
	}
	db, err := pgpool.Open(ctx, pgpool.FromEnvironment(p.config, log))
	if err != nil {
		return err
	}
	err = do(ctx, db)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, db.Close(ctx))
}

func (p *program) noCluster(status pgcluster.Status) error {
	return fmt.Errorf("there is no cluster in %s yet: `%s start` makes it; if it should be there, check PGLITE_DATA_DIR and the working directory",
		status.Dir, p.name)
}

// toolExit is a client program that did not end well, and has said why.
type toolExit struct {
	name string
	code int
}

func (e *toolExit) Error() string { return fmt.Sprintf("%s ended with exit code %d", e.name, e.code) }

// tool runs one of PostgreSQL's client programs on the database. The
// connection goes through a service file: arguments and environments are there
// for others to see, and the user's own arguments must be able to name another
// database of the server.
func (p *program) tool(ctx context.Context, db *pgpool.DB, name string, in io.Reader, out io.Writer, args ...string) error {
	path, err := p.findTool(ctx, name)
	if err != nil {
		return err
	}
	environment, remove, err := db.ServiceFile()
	if err != nil {
		return err
	}
	defer remove()
	if file, ok := out.(*output); ok {
		out = file.Writer // the terminal itself, which psql looks for
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, p.Err
	cmd.Env = append(p.toolEnvironment(), environment...)
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return &toolExit{name, exit.ExitCode()}
	}
	if err != nil {
		return fmt.Errorf("%s did not run to its end: %w", path, err)
	}
	return nil
}

// toolEnvironment is the program's own. For the private cluster it is without
// libpq's variables, which users set for their own servers.
func (p *program) toolEnvironment() []string {
	if p.config.PostgresURL != "" {
		return os.Environ()
	}
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "PG") })
}

// findTool prefers the programs beside the cluster's server: those of another
// version may not understand it.
func (p *program) findTool(ctx context.Context, name string) (string, error) {
	var dirs []string
	if p.config.PostgresURL == "" {
		if status, err := pgcluster.Inspect(ctx, p.clusterConfig(zap.NewNop())); err == nil {
			dirs = append(dirs, status.Bin)
		}
	}
	for _, found := range pgcluster.Installations(p.config.PostgresBin) {
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
