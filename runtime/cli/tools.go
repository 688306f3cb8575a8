package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// PostgreSQL's own client programs do these jobs best. The adapter finds them and
// hands them the connection; the database is open while they run.

func (p *program) psqlCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "psql [arguments of psql]",
		Short:              "Open psql on the database",
		Long:               "Opens psql on the database, and passes all arguments on to it.",
		Example:            p.examples("db psql", "db psql -c 'SELECT name FROM agents'"),
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
				return cmd.Help()
			}
			// Ctrl-C belongs to psql, where it cancels a query.
			signal.Ignore(syscall.SIGINT)
			defer signal.Reset(syscall.SIGINT)
			return p.withClients(context.WithoutCancel(cmd.Context()), existing, func(ctx context.Context, clients core.ClientAccess, _ core.Database) error {
				return p.tool(ctx, clients, "psql", p.In, p.Out, args...)
			})
		},
	}
}

func (p *program) dumpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "dump [FILE]",
		Short: "Save the database to a file",
		Long: "Saves the whole database, in pg_dump's custom format, to a file or to standard output.\n" +
			"`" + p.name + " db restore` reads it, also into a newer version of PostgreSQL.",
		Example: p.examples("db dump backup.dump"),
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && isTerminal(p.Out) {
				return fmt.Errorf("a dump is no text for a terminal: name a file, as in `%s db dump backup.dump`", p.name)
			}
			return p.withClients(cmd.Context(), existing, func(ctx context.Context, clients core.ClientAccess, db core.Database) error {
				if err := reads(ctx, clients, db); err != nil {
					return err
				}
				dump := func(out io.Writer) error {
					return p.tool(ctx, clients, "pg_dump", nil, out, "--format=custom", "--no-owner", "--no-privileges")
				}
				if len(args) == 0 {
					return dump(p.Out)
				}
				return writeFile(args[0], dump)
			})
		},
	}
}

// majorVersion matches that of a client program.
var majorVersion = regexp.MustCompile(`\) (\d+)`)

// reads returns an error if pg_dump is of an older version than the server, which it
// refuses to read.
func reads(ctx context.Context, clients core.ClientAccess, db core.Database) error {
	cmd, release, err := clients.ClientProgram(ctx, "pg_dump", "--version")
	if err != nil {
		return err
	}
	defer release()
	out, err := cmd.Output()
	found := majorVersion.FindSubmatch(out)
	if err != nil || found == nil {
		return nil //nolint:nilerr // it says itself what keeps it from working
	}
	var server int
	if err := db.Pool().QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&server); err != nil {
		return err
	}
	if client, err := strconv.Atoi(string(found[1])); err == nil && client < server {
		return fmt.Errorf("%s is of PostgreSQL %d and reads no server of PostgreSQL %[3]d: install the client programs of PostgreSQL %[3]d (Debian: postgresql-client-%[3]d), "+
			"and name their folder with ELIZA_PG_BIN", cmd.Path, client, server)
	}
	return nil
}

func (p *program) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "restore FILE",
		Short:   "Bring a saved database back",
		Long:    "Reads a file of `" + p.name + " db dump` into a database without tables, all of it or nothing.",
		Example: "  PGLITE_DATA_DIR=./restored " + p.name + " db restore backup.dump",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("the dump cannot be read (%w): check the file's name", err)
			}
			defer file.Close()
			return p.withClients(cmd.Context(), orNew, func(ctx context.Context, clients core.ClientAccess, db core.Database) error {
				var tables int
				if err := db.Pool().QueryRowContext(ctx, `
					SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`).
					Scan(&tables); err != nil {
					return fmt.Errorf("the database cannot be looked at: %w", err)
				}
				if tables > 0 {
					return fmt.Errorf("the database has %d tables already, and a restore would mix with them: "+
						"restore into an empty one, for example with PGLITE_DATA_DIR=./restored", tables)
				}
				err := p.tool(ctx, clients, "pg_restore", file, p.Out,
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

// withClients opens the database while do runs, if client programs can connect
// to it.
func (p *program) withClients(ctx context.Context, must presence, do func(context.Context, core.ClientAccess, core.Database) error) error {
	log, err := logger(p.config, p.Err, zap.WarnLevel)
	if err != nil {
		return err
	}
	adapter, err := p.adapter(log)
	if err != nil {
		return err
	}
	clients, err := offers[core.ClientAccess](adapter, "access for PostgreSQL's client programs")
	if err != nil {
		return err
	}
	return p.withDatabase(ctx, adapter, must, func(ctx context.Context, db core.Database) error { return do(ctx, clients, db) })
}

// toolExit is the failure of a client program that has printed why.
type toolExit struct {
	name string
	code int
}

func (e *toolExit) Error() string { return fmt.Sprintf("%s ended with exit code %d", e.name, e.code) }

// tool runs one of PostgreSQL's client programs on the database.
func (p *program) tool(ctx context.Context, clients core.ClientAccess, name string, in io.Reader, out io.Writer, args ...string) error {
	cmd, release, err := clients.ClientProgram(ctx, name, args...)
	if err != nil {
		return err
	}
	defer release()
	// The terminal itself, which psql looks for.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, raw(out), raw(p.Err)
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		return &toolExit{name, exit.ExitCode()}
	}
	if err != nil {
		return fmt.Errorf("%s did not run to its end: %w", cmd.Path, err)
	}
	return nil
}
