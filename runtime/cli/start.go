package cli

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"golang.org/x/term"
	"sigs.k8s.io/yaml"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

// began is near enough to the process's start to be measured from.
var began = time.Now()

// eliza is the character that runs when none is named.
//
//go:embed eliza.yaml
var eliza []byte

// startFlags are the flags of `start`.
type startFlags struct {
	message    string
	characters []string
	agent      string
	user       string
	room       string
	json       bool
	demo       bool
}

func (p *program) startCommand() *cobra.Command {
	var flags startFlags
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Start an agent and talk with it",
		Long: "Starts an agent and opens a conversation in the terminal.\n" +
			"Where standard input is no terminal, each of its lines is a message.\n" +
			"With several characters the conversation is with the first, or with the one that --agent names.",
		Example: p.examples("start", "start --message \"hello\"", "start --character ada.yaml --user grace --room work"),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.start(cmd.Context(), flags, cmd.Flags().Changed("message"))
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.message, "message", "m", "", "answer this `TEXT` once, and exit")
	f.StringArrayVarP(&flags.characters, "character", "c", nil, "run the character in `FILE` (.json or .yaml); Eliza otherwise; once for each character")
	f.StringVar(&flags.agent, "agent", "", "`NAME` of the character to talk with; the first one otherwise")
	f.StringVarP(&flags.user, "user", "u", "user", "`NAME` of who is talking")
	f.StringVarP(&flags.room, "room", "r", "main", "`NAME` of the room to talk in; a conversation goes on where it was")
	f.BoolVar(&flags.json, "json", false, "print each reply as one line of JSON")
	f.BoolVar(&flags.demo, "demo", false, "without a terminal and without input, play a short conversation and show what it wrote")
	p.migrationFlags(cmd)
	return cmd
}

func (p *program) start(ctx context.Context, flags startFlags, once bool) error {
	if once && strings.TrimSpace(flags.message) == "" {
		return errors.New("the message is empty: say something after --message")
	}
	characters, character, err := flags.load()
	if err != nil {
		return err
	}
	talks := !once && isTerminal(p.In) && isTerminal(p.Out)
	level := zap.InfoLevel
	if talks || once {
		level = zap.WarnLevel
	}
	log, err := logger(p.config, p.Err, level)
	if err != nil {
		return err
	}
	greet := func(ctx context.Context, adapter core.Adapter) {
		if talks && !flags.json {
			p.greet(ctx, adapter, character)
		}
	}
	began := began
	return p.run(ctx, log, characters, greet, func(ctx context.Context, rt *runtime.Runtime) error {
		agent, err := agentOf(rt, character)
		if err != nil {
			return err
		}
		log.Info("ready", zap.String("agent", character.Name), zap.Duration("after", time.Since(began).Round(time.Millisecond)))
		talk := &conversation{
			agent: agent, out: p.Out, err: p.Err, flags: flags, name: p.name,
			printer: newPrinter(p.Out, character.Name, flags, talks),
		}
		switch {
		case once:
			return talk.say(ctx, flags.message)
		case talks:
			return talk.terminal(ctx, p.In.(*os.File))
		}
		said, err := talk.lines(ctx, p.In)
		if err != nil || said > 0 || !flags.demo {
			return err
		}
		return talk.demo(ctx, rt)
	})
}

// load returns the characters to run, and the one to talk with.
func (f startFlags) load() (all []*core.Character, talk *core.Character, err error) {
	files := f.characters
	if len(files) == 0 {
		files = []string{""}
	}
	var names []string
	for i, file := range files {
		character, err := loadCharacter(file)
		if err != nil {
			return nil, nil, err
		}
		for j, other := range all {
			if other.Identify() == character.Identify() {
				return nil, nil, fmt.Errorf("%s and %s are the same agent, %s: give one of them another name, or an id", files[j], file, character.Name)
			}
		}
		if talk == nil && (f.agent == "" && i == 0 || strings.EqualFold(f.agent, character.Name)) {
			talk = character
		}
		all, names = append(all, character), append(names, character.Name)
	}
	if talk == nil {
		return nil, nil, fmt.Errorf("no character is named %q: --agent takes %s", f.agent, strings.Join(names, " or "))
	}
	return all, talk, nil
}

// agentOf returns the running agent of a character.
func agentOf(rt *runtime.Runtime, character *core.Character) (*runtime.Agent, error) {
	for _, agent := range rt.Agents() {
		if agent.Character() == character {
			return agent, nil
		}
	}
	return nil, fmt.Errorf("%s does not run, since it is disabled: the log says how to enable it; --agent talks with another", character.Name)
}

// loadCharacter reads a character file, or the built-in one.
func loadCharacter(path string) (*core.Character, error) {
	if path != "" {
		return runtime.LoadCharacter(path)
	}
	var character core.Character
	data, err := yaml.YAMLToJSON(eliza)
	if err == nil {
		err = json.Unmarshal(data, &character)
	}
	if err != nil {
		return nil, fmt.Errorf("the built-in character is broken: %w", err)
	}
	return &character, nil
}

func isTerminal(stream any) bool {
	if out, ok := stream.(*output); ok {
		stream = out.raw
	}
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// greet says what is about to happen, before anything that may take a moment.
func (p *program) greet(ctx context.Context, adapter core.Adapter, character *core.Character) {
	status, _ := adapter.Inspect(ctx) // Open reports what is wrong
	where := adapter.Name() + " at " + status.Location
	if status.Cluster != nil {
		where = "the private cluster in " + status.Location
	}
	fmt.Fprintf(p.Out, "Waking %s, whose memory is %s.\n", character.Name, where)
}
