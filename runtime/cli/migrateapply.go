package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/plan"
)

func (p *program) migrateApplyCommand() *cobra.Command {
	var options migration.Options
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Bring the tables up to date, as a start does",
		Long: "Brings the tables up to date, as a start does, and says what was done. It is all of it or nothing.\n" +
			"Where there is no private cluster yet, it makes one.",
		Example: p.examples("migrate apply --dry-run", "migrate apply --force"),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Full = p.migration.Full
			return interrupted(cmd.Context(), p.apply(cmd.Context(), options))
		},
	}
	f := cmd.Flags()
	f.BoolVar(&options.DryRun, "dry-run", false, "print the statements, and change nothing")
	f.BoolVar(&options.Force, "force", false, "apply also what loses data, as ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS=true does")
	f.BoolVar(&options.Verbose, "verbose", false, "log every statement on standard error")
	p.migrationFlags(cmd)
	return cmd
}

func (p *program) apply(ctx context.Context, options migration.Options) error {
	level := zap.WarnLevel
	if options.Verbose {
		level = zap.InfoLevel
	}
	log, err := logger(p.config, p.Err, level)
	if err != nil {
		return err
	}
	declared, err := p.declared(log)
	if err != nil {
		return err
	}
	if declared.force && !options.Force {
		options.Force = true
		log.Warn("destructive migrations are allowed (ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS, or sql.Config.AllowDestructiveMigrations)")
	}
	if options.DryRun {
		if status, err := declared.adapter.Inspect(ctx); err != nil {
			return err
		} else if !status.Exists {
			planned, err := migration.PlanFromNothing(ctx, declared.units)
			if err != nil {
				return err
			}
			fmt.Fprintf(p.Out, "-- There is no %s yet. It would be made, and then:\n", place(status))
			p.printDryRun(planned)
			return nil
		}
	}
	must := orNew
	if options.DryRun {
		must = existing
	}
	return p.withEngine(ctx, declared.adapter, log, must, func(ctx context.Context, engine *migration.Engine) error {
		options.GoBack, options.Strict = !p.migration.Strict, p.migration.Strict
		result, err := engine.Run(ctx, declared.units, options)
		if err != nil {
			return err
		}
		if options.DryRun {
			p.printDryRun(result.Plan)
			return nil
		}
		p.printApplied(result)
		return nil
	})
}

func (p *program) printDryRun(planned *plan.Plan) {
	p.printPlan(p.Out, planned, true)
	fmt.Fprintln(p.Out, "-- Dry run: nothing was changed.")
}

// printApplied is the report of a run.
func (p *program) printApplied(result *migration.Result) {
	duration := result.Duration.Round(time.Millisecond)
	planned := result.Plan
	switch {
	case len(planned.Statements) > 0 || len(planned.Data) > 0:
		for _, c := range planned.Changes {
			fmt.Fprintln(p.Out, describe(c))
		}
		for _, name := range planned.Data {
			fmt.Fprintf(p.Out, "data migration %s\n", oneLine(name))
		}
		what := count(len(planned.Statements), "statement") + forUnits(planned)
		if n := len(planned.Data); n > 0 {
			what += " and " + count(n, "data migration")
		}
		fmt.Fprintf(p.Out, "Applied %s in %s.\n", what, duration)
	case result.Compared:
		fmt.Fprintf(p.Out, "Nothing to do: the database is as the schemas declare (%s).\n", duration)
	default:
		fmt.Fprintf(p.Out, "Nothing to do: neither the schemas nor the tables have changed since the last run (%s; --full compares them).\n", duration)
	}
}

// forUnits are the plugins that a plan has statements for, in words.
func forUnits(planned *plan.Plan) string {
	var units []string
	for _, s := range planned.Statements {
		if !slices.Contains(units, s.Unit) {
			units = append(units, s.Unit)
		}
	}
	if len(units) == 0 {
		return ""
	}
	return " for " + strings.Join(units, ", ")
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
