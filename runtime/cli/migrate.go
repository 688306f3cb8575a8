package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/runtime"
)

func (p *program) migrateCommand() *cobra.Command {
	migrate := &cobra.Command{
		Use:   "migrate",
		Short: "Compare the tables with the schemas, and bring them up to date",
		Long: "Compares the tables with what the program and its plugins declare, and brings them up to date.\n" +
			"`" + p.name + " start` does the same before anything else; these commands look first, or do it alone.",
		Args: noSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	migrate.AddCommand(p.migratePlanCommand(), p.migrateApplyCommand(), p.migrateCheckCommand(), p.migrateStatusCommand())
	return migrate
}

// declared is what a start would bring the database to.
type declared struct {
	adapter core.Adapter
	units   []migration.Unit
	force   bool // a start applies changes that lose data
}

// declared orders the plugins as a start does, so that what keeps a program from
// starting has the same error. Nothing is opened.
func (p *program) declared(log *zap.Logger) (declared, error) {
	plugins, err := p.pluginsOf(log)
	if err != nil {
		return declared{}, err
	}
	if plugins, err = runtime.Order(plugins); err != nil {
		return declared{}, err
	}
	adapter, err := runtime.Adapter(plugins)
	if err != nil {
		return declared{}, err
	}
	return declared{adapter: adapter, units: runtime.Units(plugins), force: runtime.AllowDestructiveMigrations(plugins)}, nil
}

// withEngine calls do with an engine on the adapter's database.
func (p *program) withEngine(ctx context.Context, adapter core.Adapter, log *zap.Logger, must presence, do func(context.Context, *migration.Engine) error) error {
	return p.withDatabase(ctx, adapter, must, func(ctx context.Context, db core.Database) error {
		if err := check(ctx, adapter); err != nil {
			return err
		}
		engine, err := p.migrationSettings().Engine(db.Pool(), log)
		if err != nil {
			return err
		}
		return do(ctx, engine)
	})
}

// interrupted returns the error of a command whose context has ended, and
// otherwise err.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted: nothing is lost, run it again")
	}
	return err
}

func (p *program) migrateStatusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say what was migrated for each plugin, and when",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := logger(p.config, p.Err, zap.WarnLevel)
			if err != nil {
				return err
			}
			plugins, err := p.pluginsOf(log)
			if err != nil {
				return err
			}
			adapter, err := runtime.Adapter(plugins)
			if err != nil {
				return err
			}
			return p.withEngine(cmd.Context(), adapter, log, existing, func(ctx context.Context, engine *migration.Engine) error {
				units := runtime.Units(plugins)
				all := map[string]*migration.Status{}
				units = slices.DeleteFunc(units, func(u migration.Unit) bool { return len(u.Schema.Tables) == 0 })
				for _, unit := range units {
					if all[unit.Plugin], err = engine.Status(ctx, unit.Plugin); err != nil {
						return err
					}
				}
				if asJSON {
					return printJSON(p.Out, all)
				}
				for _, unit := range units {
					p.printStatus(unit, all[unit.Plugin])
				}
				last, err := engine.LastRun(ctx)
				if err != nil {
					return err
				}
				p.printTrouble(last)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object, by plugin")
	return cmd
}

func (p *program) printStatus(unit migration.Unit, status *migration.Status) {
	namespace, err := migration.NamespaceOf(unit)
	if err != nil {
		namespace = oneLine(err.Error())
	}
	fmt.Fprintf(p.Out, "%-24s %-24s ", unit.Plugin, namespace)
	if !status.HasRun {
		fmt.Fprintf(p.Out, "never migrated; `%s start` does it\n", p.name)
		return
	}
	last := status.LastMigration
	fmt.Fprintf(p.Out, "last migrated %s, %d in all, hash %.12s\n",
		last.Timestamp.Local().Format("2006-01-02 15:04:05"), len(status.Journal), last.Hash)
}

// printTrouble reports the newest run if it failed.
func (p *program) printTrouble(last *migration.LastRun) {
	if last == nil || last.Error == "" {
		return
	}
	times := ""
	if last.Attempts > 1 {
		times = fmt.Sprintf(", %d times", last.Attempts)
	}
	fmt.Fprintf(p.Out, "The newest run %s, %s%s: %s\n",
		map[string]string{"refused": "was refused", "failed": "failed"}[last.Outcome], last.Finished.Local().Format("2006-01-02 15:04:05"), times, last.Error)
}
