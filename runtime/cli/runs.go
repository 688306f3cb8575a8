package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// runStatuses are those that `runs --status` takes.
var runStatuses = []string{string(core.RunStarted), string(core.RunCompleted), string(core.RunTimeout), string(core.RunFailed)}

// mostRuns is how many runs core.RunQuery gives at once.
const mostRuns = 100

// runsFlags are the flags of `runs`.
type runsFlags struct {
	character string
	status    string
	limit     int
	json      bool
}

func (p *program) runsCommand() *cobra.Command {
	var flags runsFlags
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "Show what an agent did for its last messages",
		Long: "Shows what an agent did for its last messages, the newest first: when it began and in which room, how it ended,\n" +
			"how long it took, and how many actions, model calls and errors there were. One that was killed stays \"started\".",
		Example: p.examples("runs", "runs --status error --limit 5"),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.runs(cmd.Context(), flags)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.character, "character", "c", "", "the agent of the character in `FILE` (.json or .yaml); Eliza otherwise")
	f.StringVar(&flags.status, "status", "", "only runs of this `STATUS`: "+strings.Join(runStatuses, ", "))
	f.IntVar(&flags.limit, "limit", 20, fmt.Sprintf("how many runs, at most %d", mostRuns))
	f.BoolVar(&flags.json, "json", false, "print one JSON object")
	return cmd
}

func (p *program) runs(ctx context.Context, flags runsFlags) error {
	if flags.limit < 1 || flags.limit > mostRuns {
		return fmt.Errorf("--limit is %d: give it a number from 1 to %d", flags.limit, mostRuns)
	}
	if flags.status != "" && !slices.Contains(runStatuses, flags.status) {
		return fmt.Errorf("--status is %q: give it one of %s", flags.status, strings.Join(runStatuses, ", "))
	}
	character, err := loadCharacter(flags.character)
	if err != nil {
		return err
	}
	log, err := logger(p.config, p.Err, zap.WarnLevel)
	if err != nil {
		return err
	}
	adapter, err := p.adapter(log)
	if err != nil {
		return err
	}
	return p.withDatabase(ctx, adapter, existing, func(ctx context.Context, db core.Database) error {
		page, err := db.Runs(ctx, core.RunQuery{
			AgentID: character.Identify(), Status: core.RunStatus(flags.status), Limit: flags.limit,
		})
		if err != nil {
			return err
		}
		list := runList{Runs: make([]runLine, len(page.Runs)), Total: page.Total}
		rooms, err := roomNames(ctx, db, page.Runs)
		if err != nil {
			return err
		}
		for i, run := range page.Runs {
			list.Runs[i] = lineOf(run, rooms[run.RoomID])
		}
		if flags.json {
			return printJSON(p.Out, list)
		}
		return p.printRuns(list, character.Name)
	})
}

// runList is the output of `runs`; the JSON names are part of the command's
// interface.
type runList struct {
	Runs  []runLine `json:"runs"`
	Total int       `json:"total"`
}

// runLine is one run in it.
type runLine struct {
	ID         string     `json:"id"`
	MessageID  *uuid.UUID `json:"message_id,omitempty"`
	Room       string     `json:"room,omitempty"`
	Status     string     `json:"status"`
	StartedAt  time.Time  `json:"started_at"`
	Seconds    *float64   `json:"seconds,omitempty"` // not while it goes on
	Actions    int        `json:"actions"`
	ModelCalls int        `json:"model_calls"`
	Errors     int        `json:"errors"`
	took       time.Duration
}

func lineOf(run *core.Run, room string) runLine {
	line := runLine{
		ID: run.ID, Room: room, Status: string(run.Status), StartedAt: run.StartedAt, took: run.Took(),
		Actions: run.Actions, ModelCalls: run.ModelCalls, Errors: run.Errors,
	}
	if run.MessageID != uuid.Nil {
		line.MessageID = &run.MessageID
	}
	if !run.EndedAt.IsZero() {
		seconds := line.took.Seconds()
		line.Seconds = &seconds
	}
	return line
}

// roomNames are the names of the rooms of runs.
func roomNames(ctx context.Context, db core.Database, runs []*core.Run) (map[uuid.UUID]string, error) {
	var ids []uuid.UUID
	for _, run := range runs {
		if run.RoomID != uuid.Nil && !slices.Contains(ids, run.RoomID) {
			ids = append(ids, run.RoomID)
		}
	}
	rooms, err := db.RoomsByID(ctx, ids)
	names := map[uuid.UUID]string{}
	for _, room := range rooms {
		names[room.ID] = room.Name
	}
	return names, err
}

func (p *program) printRuns(list runList, agent string) error {
	if len(list.Runs) == 0 {
		_, err := fmt.Fprintf(p.Out, "%s has no such runs.\n", agent)
		return err
	}
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STARTED\tROOM\tSTATUS\tTOOK\tACTIONS\tMODEL CALLS\tERRORS")
	for _, run := range list.Runs {
		took, room := "-", "-"
		if run.Seconds != nil {
			took = run.took.Round(time.Millisecond).String()
		}
		if run.Room != "" {
			room = oneLine(run.Room)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%d\n", run.StartedAt.Local().Format("2006-01-02 15:04:05"),
			room, oneLine(run.Status), took, run.Actions, run.ModelCalls, run.Errors)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if left := list.Total - len(list.Runs); left > 0 {
		fmt.Fprintf(p.Out, "And %s before them.\n", count(left, "run"))
	}
	return nil
}
