package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/plan"
)

func (p *program) migratePlanCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Print the statements that a start would execute, and what it would refuse",
		Long: "Compares everything, and prints the statements that a start would execute, what it would refuse and why,\n" +
			"and what it would leave alone. It changes nothing, and starts nothing that is not there.\n" +
			"All but the statements is in comments, so that the output is a script; the statements too when something is refused.\n" +
			"It needs the rights that a start needs, and locks tables for a moment where a schema says that they were renamed.",
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
			planned, missing, err := p.planned(cmd.Context(), declared)
			if err != nil {
				return interrupted(cmd.Context(), err)
			}
			if asJSON {
				return printJSON(p.Out, planned)
			}
			if missing != "" {
				fmt.Fprintf(p.Out, "-- There is no %s yet. `%s start` makes it, and executes:\n", missing, p.name)
			}
			p.printPlan(p.Out, planned, declared.force)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// planned returns what a start would do. It leaves no trace. If there is no
// database yet, missing is its place.
func (p *program) planned(ctx context.Context, declared declared) (planned *plan.Plan, missing string, err error) {
	status, err := declared.adapter.Inspect(ctx)
	if err != nil {
		return nil, "", err
	}
	if !status.Exists {
		planned, err = migration.PlanFromNothing(ctx, declared.units)
		return planned, place(status), err
	}
	// The plan itself shows what is left alone, which a run logs.
	err = p.withEngine(ctx, declared.adapter, zap.NewNop(), existing, func(ctx context.Context, engine *migration.Engine) error {
		if declared.force {
			result, err := engine.Run(ctx, declared.units, migration.Options{DryRun: true, Full: true, Force: true, GoBack: true})
			var refused *migration.RefusedError
			if !errors.As(err, &refused) {
				if err == nil {
					planned = result.Plan
				}
				return err
			}
		}
		planned, err = engine.Plan(ctx, declared.units)
		return err
	})
	return planned, "", err
}

// printPlan writes a plan as a script. allowed says that changes which lose
// data are allowed.
func (p *program) printPlan(out io.Writer, planned *plan.Plan, allowed bool) {
	data := func(position string) {
		for _, name := range planned.Data {
			if strings.HasPrefix(name, position) {
				fmt.Fprintf(out, "-- data migration %s\n", oneLine(name))
			}
		}
	}
	data("before ")
	online := func(s plan.Statement) bool { return !s.Transactional }
	var script, after plan.Script
	for _, s := range planned.Statements {
		s.Comment = strings.TrimSuffix(oneLine(s.Unit)+": "+oneLine(s.Comment), ": ")
		if online(s) {
			after.Add(s)
		} else {
			script.Add(s)
		}
	}
	refused := planned.Refused()
	show := func(script string) string {
		if len(refused) == 0 || script == "" {
			return script
		}
		// A plan that is refused as a whole must not be executed in part.
		return "-- " + strings.ReplaceAll(strings.TrimSuffix(script, "\n"), "\n", "\n-- ") + "\n"
	}
	fmt.Fprint(out, show(script.String()))
	data("after ")
	if slices.ContainsFunc(planned.Statements, online) {
		fmt.Fprintf(out, "-- After the transaction, while others write:\n%s", show(after.String()))
	}
	if len(refused) > 0 {
		fmt.Fprintf(out, "-- Refused, so that nothing at all would be executed:\n")
		for _, c := range refused {
			fmt.Fprintf(out, "--   %s\n--     %s\n", describe(c), p.allowance(c, allowed))
			if c.Hint != "" {
				fmt.Fprintf(out, "--     %s\n", oneLine(c.Hint))
			}
		}
	}
	if len(planned.Unmanaged) > 0 {
		fmt.Fprintf(out, "-- Left alone, since no schema has declared it:\n")
		for _, name := range planned.Unmanaged {
			fmt.Fprintf(out, "--   %s\n", oneLine(name))
		}
	}
	if planned.Empty() && len(planned.Statements) == 0 {
		fmt.Fprintf(out, "-- Nothing to do: the database is as the schemas declare.\n")
	}
}

// allowance says what would let a refused change through.
func (p *program) allowance(c plan.Change, allowed bool) string {
	words := fmt.Sprintf("%s=true or `%s migrate apply --force`", migration.AllowDestructive, p.name)
	switch {
	case c.NoForce:
		return "refused also with " + words
	case c.Class != plan.Destructive:
		return "rows stand against it: fix them, or revert the change"
	case allowed:
		return "would be allowed, were it not for the others"
	case c.Kind == plan.AddNamespace:
		return "begins with empty tables: allow that with " + words
	case c.Kind == plan.AdoptTable:
		return "a table of another's is in the way: rename it, or have it taken over with " + words
	default:
		return "loses data: put the old definition back into the schema, or allow it with " + words
	}
}

// describe is a change in one line.
func describe(c plan.Change) string {
	return oneLine(fmt.Sprintf("%s: %s, plugin %s", c, c.Class, c.Unit))
}

// oneLine keeps text from breaking out of its line, which a comment of SQL
// would end with.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}
