package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/migration"
)

func (p *program) schemaCommand() *cobra.Command {
	schema := &cobra.Command{
		Use:   "schema",
		Short: "Print what the program and its plugins declare",
		Args:  noSubcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	schema.AddCommand(p.schemaPrintCommand())
	return schema
}

func (p *program) schemaPrintCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "print",
		Short: "Print all tables of the program and its plugins",
		Long: "Prints all tables that the program and its plugins declare. No database is asked, and the same program\n" +
			"always prints the same text. SQL is a script that makes everything on an empty database. HCL is Atlas's\n" +
			"language, which has no words for some of it, such as the parameters of HNSW indexes, policies and some constraints.",
		Example: p.examples("schema print >schema.sql", "schema print --format hcl"),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			formats := map[string]func(context.Context, []migration.Unit) (string, error){
				"sql": migration.PrintSQL,
				"hcl": migration.PrintHCL,
			}
			printed, ok := formats[format]
			if !ok {
				return seeHelp(cmd, fmt.Errorf("--format is %q: set it to sql or hcl", format))
			}
			log, err := logger(p.config, p.Err, zap.WarnLevel)
			if err != nil {
				return err
			}
			declared, err := p.declared(log)
			if err != nil {
				return err
			}
			text, err := printed(cmd.Context(), declared.units)
			if err != nil {
				return err
			}
			_, err = io.WriteString(p.Out, text)
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "sql", "`LANGUAGE`: sql or hcl")
	return cmd
}
