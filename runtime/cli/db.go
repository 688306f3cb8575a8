package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// stopWait bounds `db stop`: a busy server may have much to write.
const stopWait = 2 * time.Minute

func (p *program) dbCommand() *cobra.Command {
	db := &cobra.Command{
		Use:   "db",
		Short: "Look at the database, save it and bring it back",
		Args:  noSubcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	db.AddCommand(p.dbStatusCommand(), p.dbURLCommand(), p.dbStopCommand(),
		p.psqlCommand(), p.dumpCommand(), p.restoreCommand())
	return db
}

func (p *program) dbStatusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which database is used, and how it is",
		Long:  "Says which database is used, and how it is. The private cluster is looked at as it stands: it is not started.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := p.databaseStatus(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(p.Out, status)
			}
			status.print(p.Out)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// databaseStatus is what `db status` prints; the JSON names are part of the
// command's interface.
type databaseStatus struct {
	found core.DatabaseStatus
	name  string // the adapter's
	own   string // the program's

	Adapter       string `json:"adapter"` // "cluster" or "server"
	Directory     string `json:"directory,omitempty"`
	Running       bool   `json:"running"`
	PID           int    `json:"pid,omitempty"`
	Users         []int  `json:"users,omitempty"`
	DataVersion   int    `json:"data_version,omitempty"`
	ServerVersion string `json:"server_version,omitempty"`
	VectorVersion string `json:"pgvector_version,omitempty"`
	VectorSchema  string `json:"pgvector_schema,omitempty"`
	Size          string `json:"size,omitempty"`
	SocketDir     string `json:"socket_directory,omitempty"`
	Binaries      string `json:"binaries,omitempty"`
	Log           string `json:"log,omitempty"`
}

func (p *program) databaseStatus(ctx context.Context) (databaseStatus, error) {
	adapter, err := p.adapter(zap.NewNop())
	if err != nil {
		return databaseStatus{}, err
	}
	found, err := adapter.Inspect(ctx)
	if err != nil {
		return databaseStatus{}, err
	}
	status := databaseStatus{found: found, name: adapter.Name(), own: p.name, Adapter: "server", Running: found.Ready}
	if c := found.Cluster; c != nil {
		status = databaseStatus{
			found: found, name: adapter.Name(), own: p.name, Adapter: "cluster", Directory: c.Directory, Running: c.Running, PID: c.PID, Users: c.Users,
			DataVersion: c.DataVersion, ServerVersion: c.ServerVersion, SocketDir: c.SocketDir, Binaries: c.Binaries, Log: c.Log,
		}
	}
	if found.Ready {
		err = p.look(ctx, adapter, status.ask)
	}
	return status, err
}

// ask fills in what only the server knows.
func (s *databaseStatus) ask(ctx context.Context, db core.Database) error {
	return db.Pool().QueryRowContext(ctx, `
		SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database())),
			COALESCE((SELECT extversion FROM pg_extension WHERE extname = 'vector'), ''),
			COALESCE((SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'vector'), '')`).
		Scan(&s.ServerVersion, &s.Size, &s.VectorVersion, &s.VectorSchema)
}

func (s databaseStatus) print(out io.Writer) {
	line := func(name string, value any) { fmt.Fprintf(out, "%-10s %v\n", name, value) }
	switch {
	case s.found.Cluster == nil && !s.found.Exists:
		line("database", fmt.Sprintf("%s at %s, which does not exist yet; `%s start` makes it", s.name, s.found.Location, s.own))
	case s.found.Cluster == nil:
		line("database", s.name+" at "+s.found.Location)
	case s.DataVersion == 0:
		line("database", fmt.Sprintf("a private cluster that does not exist yet; `%s start` makes it", s.own))
	case s.Running:
		line("database", fmt.Sprintf("a private cluster, running with pid %d", s.PID))
	default:
		line("database", "a private cluster, stopped; it runs while a program uses it")
	}
	if s.Directory != "" {
		line("directory", s.Directory)
	}
	if s.ServerVersion != "" {
		line("server", "PostgreSQL "+s.ServerVersion)
	}
	if s.VectorVersion != "" {
		line("pgvector", s.VectorVersion+" in schema "+s.VectorSchema)
	}
	if s.Size != "" {
		line("size", s.Size)
	}
	if len(s.Users) > 0 {
		line("used by", fmt.Sprint("processes ", s.Users))
	}
	if s.Running && s.SocketDir != "" {
		line("socket in", s.SocketDir)
	}
	if s.Binaries != "" {
		line("programs", s.Binaries)
	}
	if s.Log != "" && s.DataVersion != 0 {
		line("log", s.Log)
	}
}

func (p *program) dbURLCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "url",
		Short: "Print the connection string",
		Long: "Prints the connection string, for other programs. The private cluster answers there while a program uses it;\n" +
			"`" + p.name + " db psql` starts it for as long as it runs.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			adapter, err := p.adapter(zap.NewNop())
			if err != nil {
				return err
			}
			clients, err := offers[core.ClientAccess](adapter, "connection string for other programs")
			if err != nil {
				return err
			}
			status, err := adapter.Inspect(ctx)
			if err != nil {
				return err
			}
			if !status.Exists {
				return p.noDatabase(status)
			}
			url, err := clients.URL(ctx)
			if err != nil {
				return err
			}
			if status.Cluster != nil && !status.Cluster.Running {
				fmt.Fprintf(p.Err, "%s: the cluster is stopped; it answers here while a program such as `%[1]s start` or `%[1]s db psql` uses it\n", p.name)
			}
			_, err = fmt.Fprintln(raw(p.Out), url) // with its password, which was asked for
			return err
		},
	}
}

func (p *program) dbStopCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "Stop the private cluster",
		Long:  "Stops the private cluster. It usually stops by itself, with the last program that uses it.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			adapter, err := p.adapter(zap.NewNop())
			if err != nil {
				return err
			}
			server, err := offers[core.ServerControl](adapter, "server of its own to stop")
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), stopWait)
			defer cancel()
			if err := server.Stop(ctx, force); err != nil {
				return err
			}
			fmt.Fprintln(p.Err, "The private cluster is stopped.")
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "also when programs use it; they lose their connections")
	return cmd
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
