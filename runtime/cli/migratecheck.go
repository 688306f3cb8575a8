package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/migration"
)

// errDiffers ends `migrate check` with exit code 2 when it has named the
// differences.
var errDiffers = errors.New("the database differs from the schemas")

func (p *program) migrateCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Compare the tables with the schemas; exit code 2 when they differ",
		Long: "Compares everything, and names each difference in a line of its own. It changes nothing.\n" +
			"Exit code 0: equal; 2: different; 1: they could not be compared.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := logger(p.config, p.Err, zap.WarnLevel)
			if err != nil {
				return err
			}
			declared, err := p.declared(log)
			if err != nil {
				return err
			}
			report, err := p.compared(cmd.Context(), declared)
			if err != nil {
				return interrupted(cmd.Context(), err)
			}
			if err := p.printReport(report, asJSON); err != nil {
				return err
			}
			// Only here, after the database is closed: nothing that fails may
			// pass for a difference.
			if !report.Equal {
				return errDiffers
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// compared returns how the database differs. Without a database, everything is
// missing.
func (p *program) compared(ctx context.Context, declared declared) (report *migration.Report, err error) {
	status, err := declared.adapter.Inspect(ctx)
	if err != nil {
		return nil, err
	}
	if !status.Exists {
		fmt.Fprintf(p.Err, "%s: there is no %s yet, so everything is missing%s\n", p.name, place(status), shouldExist(status))
		plan, err := migration.PlanFromNothing(ctx, declared.units)
		if err != nil {
			return nil, err
		}
		return &migration.Report{Equal: plan.Empty(), Differences: plan.Changes, Warnings: []string{}}, nil
	}
	err = p.withEngine(ctx, declared.adapter, zap.NewNop(), existing, func(ctx context.Context, engine *migration.Engine) error {
		report, err = engine.Check(ctx, declared.units)
		return err
	})
	return report, err
}

func (p *program) printReport(report *migration.Report, asJSON bool) error {
	if asJSON {
		return printJSON(p.Out, report)
	}
	for _, c := range report.Differences {
		fmt.Fprintln(p.Out, describe(c))
	}
	switch {
	case !report.Equal && len(report.Differences) == 0:
		fmt.Fprintf(p.Out, "data migrations have not run yet: `%s migrate plan` names them\n", p.name)
	case report.Equal:
		fmt.Fprintln(p.Out, "Equal: the database is as the schemas declare.")
	}
	return nil
}
