// Package cli is the command line of a program built on elizago: start, db,
// migrate, schema, embeddings, runs, secrets, doctor. A program is a main that names its
// plugins:
//
//	func main() {
//		cli.Main(sql.Module, bootstrap.Module, classic.Module, mine.Module)
//	}
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/fx"

	"github.com/elizago/elizago/internal/config"
	"github.com/elizago/elizago/runtime"
)

// Main runs the command line with the process's arguments and streams, and
// exits: with 0, with 1 after an error, with 2 if `migrate check` finds a
// difference, or with the exit code of a program that it ran, such as psql. The
// first SIGINT or SIGTERM shuts down in order, a second one ends the process.
func Main(modules ...fx.Option) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
	}()
	os.Exit(Run(ctx, Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Args[1:], modules...))
}

// Streams are the input and output of a command. All are required.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Run runs one command line as Main does, until ctx is done, and returns the exit
// code. It prints errors to streams.Err. Settings come from the environment and
// the file .env in the working directory.
func Run(ctx context.Context, streams Streams, args []string, modules ...fx.Option) int {
	secrets := runtime.NewSecrets()
	out := &output{raw: streams.Out, name: "standard output", secrets: secrets, stop: ctx.Done(), patience: unreadPatience}
	errs := &output{raw: streams.Err, name: "standard error", secrets: secrets, stop: ctx.Done(), patience: unreadPatience}
	defer func() { _ = errs.flush() }()
	streams.Out, streams.Err = out, errs
	p := &program{Streams: streams, modules: modules, name: "elizago", secrets: secrets, answerLimit: answerLimit}
	if len(os.Args) > 0 {
		p.name = filepath.Base(os.Args[0])
	}
	root := p.command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	unsaid := out.flush()
	if err == nil || errors.Is(err, errDiffers) && unsaid != nil {
		err = unsaid // what could not be written was not said
	}
	var exit *toolExit
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errDiffers):
		return 2
	case errors.As(err, &exit):
		return exit.code // it has said why
	case errors.Is(err, errReported):
		return 1
	}
	fmt.Fprintf(p.Err, "%s: %s\n", p.name, oneParagraph(err))
	return 1
}

// errReported ends a command with exit code 1 when it has said why already.
var errReported = errors.New("reported")

// program is what the commands have in common.
type program struct {
	Streams
	modules []fx.Option
	name    string
	config  config.Config
	secrets *runtime.Secrets
	// migration is what the flags say of it; see migrationSettings.
	migration runtime.Migration
	// answerLimit is how long a command that only looks waits for the database.
	answerLimit time.Duration
}

func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:           p.name,
		Short:         "Agents whose memory is PostgreSQL",
		Long:          "Runs agents whose memory is PostgreSQL: the server at POSTGRES_URL, or else a private cluster in PGLITE_DATA_DIR.",
		Version:       version(),
		Args:          noSubcommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) (err error) {
			p.config, err = config.Load(".")
			p.config.Program = p.name
			p.secrets.Add(p.config.Secrets()...)
			return err
		},
	}
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(seeHelp)
	root.AddCommand(p.startCommand(), p.dbCommand(), p.migrateCommand(), p.schemaCommand(), p.embeddingsCommand(), p.runsCommand(), p.secretsCommand(), p.doctorCommand())
	return root
}

// examples returns the examples of a command's help.
func (p *program) examples(lines ...string) string {
	for i := range lines {
		lines[i] = "  " + p.name + " " + lines[i]
	}
	return strings.Join(lines, "\n")
}

// seeHelp adds where to look to what cobra says of a flag or an argument.
func seeHelp(cmd *cobra.Command, err error) error {
	return fmt.Errorf("%w: see %s --help", err, cmd.CommandPath())
}

// args makes a number of arguments an error that says where to look.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return seeHelp(cmd, err)
		}
		return nil
	}
}

// noArgs is for commands that take none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return seeHelp(cmd, fmt.Errorf("unexpected argument %q", args[0]))
}

// noSubcommand reports a misspelt subcommand, which is an argument to cobra.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("unknown command %q: did you mean %s? see %s --help", args[0], strings.Join(near, " or "), cmd.CommandPath())
	}
	return seeHelp(cmd, fmt.Errorf("unknown command %q", args[0]))
}

// oneParagraph joins the errors of a clean-up with what made it necessary.
func oneParagraph(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' }), "; ")
}

// version is the module's, as the build recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
