package cli

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

// Commands reach the database through the program's adapter and never past it,
// so that they work on the one that its agents use.

// adapter returns the program's adapter. Nothing is opened.
func (p *program) adapter(log *zap.Logger) (core.Adapter, error) {
	plugins, err := p.pluginsOf(log)
	if err != nil {
		return nil, err
	}
	return runtime.Adapter(plugins)
}

// presence says whether a command may make a database.
type presence bool

const (
	// existing is for commands that look at data: a new, empty database would
	// pass for the one that is looked for.
	existing presence = false
	orNew    presence = true
)

// withDatabase opens the adapter's database while do runs. It neither migrates
// nor starts background work.
func (p *program) withDatabase(ctx context.Context, adapter core.Adapter, must presence, do func(context.Context, core.Database) error) (err error) {
	if must == existing {
		status, err := adapter.Inspect(ctx)
		if err != nil {
			return err
		}
		if !status.Exists {
			return p.noDatabase(status)
		}
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err = errors.Join(err, adapter.Close(ctx))
	}()
	db, err := adapter.Open(ctx)
	if err != nil {
		return err
	}
	return do(ctx, db)
}

// check returns the error of the adapter's Checker, if it is one.
func check(ctx context.Context, adapter core.Adapter) error {
	if checker, ok := adapter.(core.Checker); ok {
		return checker.Check(ctx)
	}
	return nil
}

// noDatabase returns the error of a command that needs a database that exists.
func (p *program) noDatabase(status core.DatabaseStatus) error {
	return fmt.Errorf("there is no %s yet: `%s start` makes it%s", place(status), p.name, shouldExist(status))
}

// place names a database that does not exist.
func place(status core.DatabaseStatus) string {
	if status.Cluster != nil {
		return "cluster in " + status.Cluster.Directory
	}
	return "database at " + status.Location
}

// shouldExist returns a clause that says what to check if the database was
// expected, empty if no setting is known.
func shouldExist(status core.DatabaseStatus) string {
	if status.Cluster == nil || status.Cluster.Setting == "" {
		return ""
	}
	return "; if it should be there, check " + status.Cluster.Setting + " and the working directory"
}

// offers returns an adapter as the optional interface T that a command needs.
func offers[T any](adapter core.Adapter, what string) (T, error) {
	able, ok := adapter.(T)
	if !ok {
		return able, fmt.Errorf("the adapter %s has no %s: use the tools of its database", adapter.Name(), what)
	}
	return able, nil
}
