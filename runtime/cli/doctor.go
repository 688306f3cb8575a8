package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

func (p *program) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what is found, what is missing, and what to do",
		Long:  "Says what is found, what is missing, and what to do. It changes nothing. Exits 1 when something is missing.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{program: p}
			d.settings()
			if adapter := d.plugins(); adapter != nil {
				d.database(cmd.Context(), adapter)
			}
			if d.missing > 0 {
				return errReported
			}
			fmt.Fprintln(p.Out, "\nAll is well.")
			return nil
		},
	}
}

// doctor prints findings and counts those that keep an agent from running.
type doctor struct {
	*program
	missing int
}

func (d *doctor) ok(format string, args ...any) {
	fmt.Fprintf(d.Out, "ok       "+format+"\n", args...)
}

func (d *doctor) note(format string, args ...any) {
	fmt.Fprintf(d.Out, "note     "+format+"\n", args...)
}

func (d *doctor) miss(err error) {
	d.missing++
	fmt.Fprintf(d.Out, "MISSING  %s\n", oneParagraph(err))
}

func (d *doctor) settings() {
	if path, err := filepath.Abs(".env"); err == nil {
		if _, err := os.Stat(path); err == nil {
			d.ok("settings from the environment and %s", path)
		} else {
			d.ok("settings from the environment; there is no .env here")
		}
	}
	if d.config.SecretSalt == "" {
		d.note("SECRET_SALT is not set, so a character with secrets cannot be saved")
	}
}

// plugins returns the adapter, nil if there is not exactly one.
func (d *doctor) plugins() core.Adapter {
	plugins, err := d.pluginsOf(zap.NewNop())
	if err != nil {
		d.miss(err)
		return nil
	}
	for _, plugin := range plugins {
		d.ok("plugin %s: %s", plugin.Name, plugin.Description)
	}
	adapter, err := runtime.Adapter(plugins)
	if err != nil {
		d.miss(err)
		return nil
	}
	return adapter
}

func (d *doctor) database(ctx context.Context, adapter core.Adapter) {
	status, err := adapter.Inspect(ctx)
	if status.Cluster != nil {
		if server, ok := adapter.(core.ServerControl); ok {
			d.installations(server)
		}
	}
	switch {
	case err != nil:
		d.miss(err)
	case status.Cluster != nil:
		d.cluster(status.Cluster)
		if status.Ready {
			if err := d.look(ctx, adapter, func(ctx context.Context, db core.Database) error { return new(databaseStatus).ask(ctx, db) }); err != nil {
				d.miss(err)
			}
		}
	case !status.Exists:
		d.ok("no database at %s yet: `%s start` makes it", status.Location, d.name)
	default:
		err := d.look(ctx, adapter, func(ctx context.Context, db core.Database) error {
			return d.server(ctx, adapter, status, db)
		})
		if err != nil {
			d.miss(err)
		}
	}
}

// server prints what a server that others run says of itself.
func (d *doctor) server(ctx context.Context, adapter core.Adapter, found core.DatabaseStatus, db core.Database) error {
	var status databaseStatus
	if err := status.ask(ctx, db); err != nil {
		return err
	}
	d.ok("%s %s answers at %s", adapter.Name(), status.ServerVersion, found.Location)
	if status.VectorVersion != "" {
		d.ok("pgvector %s", status.VectorVersion)
		return nil
	}
	if err := vectorAvailable(ctx, db, found.Location); err != nil {
		return err
	}
	d.ok("pgvector can be created, which the first start does")
	return nil
}

// vectorAvailable returns an error if this role cannot create the extension.
func vectorAvailable(ctx context.Context, db core.Database, location string) error {
	var available, allowed bool
	var role string
	err := db.Pool().QueryRowContext(ctx, `
		SELECT count(*) > 0, current_user,
			(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
			OR COALESCE(bool_or(trusted), false) AND has_database_privilege(current_database(), 'CREATE')
		FROM pg_available_extension_versions WHERE name = 'vector'`).Scan(&available, &role, &allowed)
	switch {
	case err != nil:
		return fmt.Errorf("the server at %s does not list its extensions: %w", location, err)
	case !available:
		return fmt.Errorf("the server at %s does not have pgvector: install it there (Debian: apt-get install postgresql-NN-pgvector)", location)
	case !allowed:
		return fmt.Errorf("role %q may not create the extension vector: have an administrator run CREATE EXTENSION vector in this database", role)
	}
	return nil
}

func (d *doctor) installations(server core.ServerControl) {
	for _, found := range server.Installations() {
		if found.HasVector {
			d.ok("PostgreSQL %s with pgvector in %s", found.Version, found.Directory)
		} else {
			d.note("PostgreSQL %s in %s has no pgvector", found.Version, found.Directory)
		}
	}
}

func (d *doctor) cluster(status *core.ClusterStatus) {
	switch {
	case status.DataVersion == 0:
		d.ok("no cluster in %s yet: `%s start` makes it with PostgreSQL %s", status.Directory, d.name, status.ServerVersion)
	case status.Running:
		d.ok("the cluster in %s runs with pid %d", status.Directory, status.PID)
	default:
		d.ok("the cluster in %s is of PostgreSQL %d and stopped; it runs while a program uses it", status.Directory, status.DataVersion)
	}
}
