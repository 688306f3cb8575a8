package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

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
	var then error // not within the limit of look
	err := d.look(ctx, adapter, func(limited context.Context, db core.Database) error {
		err := do(limited, db)
		if err == nil {
			then = d.contents(ctx, db, plugins)
		}
		return err
	})
	if err = errors.Join(err, then); err != nil {
		d.miss(err)
	}
}

// contents looks at the tables, and at the agents if the tables are there.
func (d *doctor) contents(ctx context.Context, db core.Database, plugins []*core.Plugin) error {
	done, err := d.tables(ctx, db, plugins)
	if err != nil || !done {
		return err
	}
	return d.answers(ctx, func(ctx context.Context) error {
		return errors.Join(d.agents(ctx, db), d.rights(ctx, db, plugins), d.writes(ctx, db))
	})
}

// planLimit is how long doctor waits for what a start would do to the tables: a
// server that answers may take its time for this, and wait for another process.
const planLimit = time.Minute

// Others wait while doctor waits for a table that was renamed in a schema, and
// while it holds one.
const (
	tableLimit = 200 * time.Millisecond
	holdLimit  = 3 * time.Second
)

// tables does what a start would do to the tables, and rolls it back: what that is
// refused with is what a start would be refused with. done reports that there is
// nothing to do.
func (d *doctor) tables(ctx context.Context, db core.Database, plugins []*core.Plugin) (done bool, err error) {
	settings := d.migrationSettings()
	settings.TableTimeout = tableLimit
	engine, err := settings.Engine(db.Pool(), zap.NewNop())
	if err != nil {
		return false, err
	}
	limited, cancel := context.WithTimeout(ctx, planLimit)
	defer cancel()
	options := settings.Options(plugins)
	options.DryRun, options.HoldLimit = true, holdLimit
	var readOnly string
	if err := db.Pool().QueryRowContext(limited, "SHOW transaction_read_only").Scan(&readOnly); err != nil {
		return false, err
	}
	// Tables that are up to date are no reason to ask whether the server takes
	// writes; a start's agents are.
	options.Full = options.Full || readOnly == "on"
	result, err := engine.Run(limited, runtime.Units(plugins), options)
	switch {
	case err != nil && limited.Err() != nil && ctx.Err() == nil:
		return false, fmt.Errorf("what a start would do to the tables was not found out within %s: `%s migrate plan` waits for it: %w", planLimit, d.name, err)
	case err != nil:
		return false, err
	case len(result.Superseded) > 0:
		d.note("a newer version of this program has migrated the database, and this one starts and changes nothing: see `%s migrate plan` for the difference", d.name)
	case len(result.Plan.Statements) > 0:
		d.ok("the next start changes the tables: see `%s migrate plan`", d.name)
		return false, nil
	default:
		d.ok("the tables are as the plugins declare them")
	}
	return true, nil
}

// mostAgents is the number of agents that are looked at.
const mostAgents = 100

// agents names the agents that a start leaves out, or fails on as their secrets
// cannot be read.
func (d *doctor) agents(ctx context.Context, db core.Database) error {
	list, err := db.Agents(ctx, core.AgentQuery{Limit: mostAgents})
	if err != nil {
		return err
	}
	for _, summary := range list {
		if !summary.Enabled {
			d.note("agent %s is disabled in the database and not started: to enable it, run UPDATE public.agents SET enabled = true WHERE id = '%s';", oneLine(summary.Name), summary.ID)
			continue
		}
		agent, err := db.Agent(ctx, summary.ID)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(agent.UnreadableSecrets)) {
			d.miss(fmt.Errorf("agent %s: %s", oneLine(summary.Name), agent.UnreadableSecrets[name]))
		}
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
			d.note("PostgreSQL %s in %s has no pgvector, and is not used: install it there (Debian: apt-get install postgresql-NN-pgvector) to use it", found.Version, found.Directory)
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
		d.note("the tables of a stopped cluster are not looked at: `%s migrate plan` starts it for that moment, and says what a start would change or refuse", d.name)
	}
}
