package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/runtime"
)

func (p *program) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is found, what is missing, and what to do",
		Long: "Says what is found, what is missing, and what to do. It changes nothing. Exits 1 when something is missing\n" +
			"that a start would fail on, or an agent suffer from.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{program: p, quiet: asJSON}
			d.settings()
			if plugins := d.plugins(); plugins != nil {
				d.database(cmd.Context(), plugins)
			}
			if asJSON {
				if err := printJSON(p.Out, d.report); err != nil {
					return err
				}
			}
			if d.report.Missing > 0 {
				return errReported
			}
			if !asJSON {
				fmt.Fprintln(p.Out, "\nAll is well.")
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// doctor prints findings and counts those that keep an agent from running.
type doctor struct {
	*program
	quiet  bool // the report is printed at the end
	report doctorReport
}

// doctorReport is the output of `doctor --json`; the JSON names are part of the
// command's interface.
type doctorReport struct {
	Missing  int             `json:"missing"`
	Findings []doctorFinding `json:"findings"`
}

// doctorFinding is one line of it. Level is ok, note or missing.
type doctorFinding struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

func (d *doctor) find(level, format string, args ...any) {
	finding := doctorFinding{level, fmt.Sprintf(format, args...)}
	d.report.Findings = append(d.report.Findings, finding)
	if level == "missing" {
		d.report.Missing++
		level = "MISSING"
	}
	if !d.quiet {
		fmt.Fprintf(d.Out, "%-8s %s\n", level, finding.Text)
	}
}

func (d *doctor) ok(format string, args ...any)   { d.find("ok", format, args...) }
func (d *doctor) note(format string, args ...any) { d.find("note", format, args...) }
func (d *doctor) miss(err error)                  { d.find("missing", "%s", oneParagraph(err)) }

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
	} else if config.WeakSalt(d.config.SecretSalt) {
		d.miss(fmt.Errorf("SECRET_SALT can be guessed: take a long random text, such as `openssl rand -hex 32` prints, "+
			"and run `%s secrets rotate` with the present one in %s", d.name, oldSalt))
	}
}

// plugins returns the plugins in order, nil if they cannot be started.
func (d *doctor) plugins() []*core.Plugin {
	plugins, err := d.pluginsOf(zap.NewNop())
	if err != nil {
		d.miss(err)
		return nil
	}
	for _, plugin := range plugins {
		d.ok("plugin %s: %s", plugin.Name, plugin.Description)
	}
	if !slices.ContainsFunc(plugins, func(p *core.Plugin) bool { return p.TextModels[core.TextLarge] != nil }) {
		d.miss(fmt.Errorf("no plugin has a model %s, so no message is answered: add a model plugin in main.go (plugins/classic needs no network)", core.TextLarge))
	}
	ordered, err := runtime.Order(plugins)
	if err == nil {
		_, err = runtime.Adapter(ordered)
	}
	if err != nil {
		d.miss(err)
		return nil
	}
	return ordered
}

func (d *doctor) database(ctx context.Context, plugins []*core.Plugin) {
	adapter, err := runtime.Adapter(plugins)
	if err != nil {
		d.miss(err)
		return
	}
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
			d.open(ctx, adapter, plugins, func(ctx context.Context, db core.Database) error { return new(databaseStatus).ask(ctx, db) })
		}
	case !status.Exists:
		d.ok("no database at %s yet: `%s start` makes it", status.Location, d.name)
	default:
		d.open(ctx, adapter, plugins, func(ctx context.Context, db core.Database) error {
			return d.server(ctx, adapter, status, db)
		})
	}
}

// open looks into a database that a server answers for: do, and then what a
// start would do.
func (d *doctor) open(ctx context.Context, adapter core.Adapter, plugins []*core.Plugin, do func(context.Context, core.Database) error) {
	err := d.look(ctx, adapter, func(limited context.Context, db core.Database) error {
		if err := do(limited, db); err != nil {
			return err
		}
		return d.tables(ctx, db, plugins) // a server that answers may take its time for this
	})
	if err != nil {
		d.miss(err)
	}
}

// tables does what a start would do to the tables, and rolls it back: what that is
// refused with is what a start would be refused with.
func (d *doctor) tables(ctx context.Context, db core.Database, plugins []*core.Plugin) error {
	settings := d.migrationSettings()
	engine, err := settings.Engine(db.Pool(), zap.NewNop())
	if err != nil {
		return err
	}
	result, err := engine.Run(ctx, runtime.Units(plugins), migration.Options{
		DryRun: true, Force: runtime.AllowDestructiveMigrations(plugins), Strict: settings.Strict,
	})
	switch {
	case err != nil:
		return err
	case len(result.Superseded) > 0:
		d.note("a newer version of the program has migrated the database: see `%s migrate plan`", d.name)
	case len(result.Plan.Statements) > 0:
		d.ok("the next start changes the tables: see `%s migrate plan`", d.name)
	default:
		d.ok("the tables are as the plugins declare them")
	}
	return nil
}

// server prints what a server that others run says of itself.
func (d *doctor) server(ctx context.Context, adapter core.Adapter, found core.DatabaseStatus, db core.Database) error {
	var status databaseStatus
	if err := status.ask(ctx, db); err != nil {
		return err
	}
	d.ok("%s %s answers at %s", adapter.Name(), status.ServerVersion, found.Location)
	if err := check(ctx, adapter); err != nil {
		return err
	}
	if status.VectorVersion != "" {
		d.ok("pgvector %s in schema %s", status.VectorVersion, status.VectorSchema)
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
