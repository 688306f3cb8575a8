package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgconn"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/runtime"
)

func (p *program) migrateCommand() *cobra.Command {
	migrate := &cobra.Command{
		Use:   "migrate",
		Short: "Look at the tables' history",
		Args:  noSubcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	migrate.AddCommand(p.migrateStatusCommand())
	return migrate
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
			return p.withDatabase(cmd.Context(), existing, func(ctx context.Context, db *pgconn.DB) error {
				engine, err := migration.New(migration.Config{DB: db.SQL(), Logger: log})
				if err != nil {
					return err
				}
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
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object, by plugin")
	return cmd
}

func (p *program) printStatus(unit migration.Unit, status *migration.Status) {
	fmt.Fprintf(p.Out, "%-24s %-24s ", unit.Plugin, unit.Schema.Namespace)
	if !status.HasRun {
		fmt.Fprintf(p.Out, "never migrated; `%s start` does it\n", p.name)
		return
	}
	last := status.LastMigration
	fmt.Fprintf(p.Out, "last migrated %s, %d in all, hash %.12s\n",
		last.Timestamp.Local().Format("2006-01-02 15:04:05"), len(status.Journal), last.Hash)
}
