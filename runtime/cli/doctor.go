package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/config"
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
		d.note("SECRET_SALT is not set, so a character with secrets cannot be saved: for one, set it to a long random text, such as `openssl rand -hex 32` prints")
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
		d.settingsOf(plugin)
	}
	if !slices.ContainsFunc(plugins, func(p *core.Plugin) bool { return p.TextModels[core.TextLarge] != nil }) {
		d.miss(fmt.Errorf("no plugin has a model %s, so no message is answered: add a model plugin in main.go (plugins/classic needs no network)", core.TextLarge))
	}
	if !slices.ContainsFunc(plugins, func(p *core.Plugin) bool { return p.EmbeddingModel != nil }) {
		d.note("no plugin has an embedding model, so memories are not found by their meaning: add one in main.go (plugins/classic needs no network)")
	}
	ordered, err := runtime.Order(plugins)
	if err == nil {
		err = runtime.Check(ordered)
	}
	if err == nil {
		_, err = runtime.Adapter(ordered)
	}
	if err != nil {
		d.miss(err)
		return nil
	}
	return ordered
}

// settingsOf says where a plugin's settings come from, and which it cannot start
// without. Their values may be secrets.
func (d *doctor) settingsOf(plugin *core.Plugin) {
	fields, err := core.SettingFields(plugin.Settings)
	if err != nil {
		return // runtime.Check says it
	}
	for _, field := range fields {
		_, set := d.config.Lookup(field.Name)
		switch {
		case set:
			d.ok("setting %s of plugin %s is set in the environment", field.Name, plugin.Name)
		case field.Required:
			d.note("setting %s of plugin %s is not set in the environment: an agent starts only if its character or its row in the database has it", field.Name, plugin.Name)
		case field.Default != "":
			d.ok("setting %s of plugin %s: %s, unless an agent has its own", field.Name, plugin.Name, field.Default)
		default:
			d.ok("setting %s of plugin %s is not set, unless an agent has its own", field.Name, plugin.Name)
		}
	}
}
