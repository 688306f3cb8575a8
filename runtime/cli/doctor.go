package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgcluster"
	"github.com/elizago/elizago/internal/pgpool"
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
			d.plugins()
			if p.config.PostgresURL != "" {
				d.server(cmd.Context())
			} else {
				d.installations()
				d.cluster(cmd.Context())
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

func (d *doctor) plugins() {
	plugins, err := d.pluginsOf(zap.NewNop())
	if err != nil {
		d.miss(err)
		return
	}
	for _, plugin := range plugins {
		d.ok("plugin %s: %s", plugin.Name, plugin.Description)
	}
}

func (d *doctor) server(ctx context.Context) {
	status, err := d.databaseStatus(ctx)
	if err != nil {
		d.miss(err)
		return
	}
	d.ok("PostgreSQL %s answers at POSTGRES_URL", status.ServerVersion)
	if status.VectorVersion != "" {
		d.ok("pgvector %s", status.VectorVersion)
		return
	}
	if err := d.vectorAvailable(ctx); err != nil {
		d.miss(err)
		return
	}
	d.ok("pgvector can be created, which the first start does")
}

// vectorAvailable asks a server whether this role could create the extension.
func (d *doctor) vectorAvailable(ctx context.Context) error {
	return d.withDatabase(ctx, existing, func(ctx context.Context, db *pgpool.DB) error {
		var available, allowed bool
		var role string
		err := db.SQL().QueryRowContext(ctx, `
			SELECT count(*) > 0, current_user,
				(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
				OR COALESCE(bool_or(trusted), false) AND has_database_privilege(current_database(), 'CREATE')
			FROM pg_available_extension_versions WHERE name = 'vector'`).Scan(&available, &role, &allowed)
		switch {
		case err != nil:
			return fmt.Errorf("the server at POSTGRES_URL does not tell its extensions: %w", err)
		case !available:
			return errors.New("the server at POSTGRES_URL does not have pgvector: install it there (Debian: apt-get install postgresql-NN-pgvector)")
		case !allowed:
			return fmt.Errorf("role %q may not create the extension vector: have an administrator run CREATE EXTENSION vector in this database", role)
		}
		return nil
	})
}

func (d *doctor) installations() {
	for _, found := range pgcluster.Installations(d.config.PostgresBin) {
		if found.HasVector {
			d.ok("PostgreSQL %s with pgvector in %s", found.Version, found.BinDir)
		} else {
			d.note("PostgreSQL %s in %s has no pgvector", found.Version, found.BinDir)
		}
	}
}

func (d *doctor) cluster(ctx context.Context) {
	status, err := pgcluster.Inspect(ctx, d.clusterConfig(zap.NewNop()))
	switch {
	case err != nil:
		d.miss(err)
	case status.DataVersion == 0:
		d.ok("no cluster in %s yet: `%s start` makes it with PostgreSQL %s", status.Dir, d.name, status.ServerVersion)
	case status.Running:
		d.ok("the cluster in %s runs with pid %d", status.Dir, status.PID)
	default:
		d.ok("the cluster in %s is of PostgreSQL %d and stopped; it runs while a program uses it", status.Dir, status.DataVersion)
	}
}
