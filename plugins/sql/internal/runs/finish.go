package runs

import (
	"context"
	"errors"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// finishSQL ends a run, and inserts the reply and the last step from the row
// that ended, so that a process which has lost the run inserts neither. The
// memory's parameters come first, since insertMemorySQL numbers them.
const finishSQL = `
WITH ended AS (
	UPDATE public.agent_runs r
	SET status = $13::text, error = $14::text, input_tokens = $15::bigint, output_tokens = $16::bigint,
		lease_owner = NULL, lease_until = NULL, needs = NULL, ended_at = clock_timestamp()
	WHERE r.id = $11::uuid AND r.attempt = $12::int AND r.status = 'running'
	RETURNING r.id
), merged AS (
	UPDATE public.agent_runs r
	SET status = CASE WHEN $13::text = 'completed' THEN $13::text ELSE r.status END,
		ended_at = CASE WHEN $13::text = 'completed' THEN clock_timestamp() END,
		merged_into = CASE WHEN $13::text = 'completed' THEN r.merged_into END
	FROM ended WHERE r.merged_into = ended.id AND r.status = 'queued'
), step AS (` + insertStepsSQL + `
	FROM ended f, json_to_recordset($17::json) AS ` + stepRecord + `
), reply AS (` + insertMemorySQL + `ended, public.agents a WHERE a.id = $3::uuid FOR KEY SHARE OF a
)
SELECT id FROM ended`

// FinishRun implements core.RunStore.
func (s Store) FinishRun(ctx context.Context, end core.RunEnd) error {
	if err := checkFence(end.RunFence); err != nil {
		return err
	}
	switch end.Status {
	case core.RunCompleted, core.RunFailed, core.RunCancelled:
	default:
		return value.Invalid("sql: RunEnd.Status is %s: a run ends as completed, error or cancelled", value.Quote(string(end.Status)))
	}
	// Without a reply no row of agents is found, and so none inserted.
	args := []any{nil, nil, nil, nil, nil, nil, nil, nil, nil, nil}
	if end.Reply != nil {
		var err error
		if args, err = s.memoryArgs("RunEnd.Reply", end.Reply); err != nil {
			return err
		}
	}
	var steps []core.RunStep
	if end.Step != nil {
		steps = append(steps, *end.Step)
	}
	list, err := encodeSteps(end.Attempt, steps)
	if err != nil {
		return err
	}
	ended, err := pgtx.ExecReturning(ctx, s.driver, finishSQL, append(args,
		end.Run, end.Attempt, string(end.Status), nullable(end.Error), end.InputTokens, end.OutputTokens, list,
	), pgtx.ScanOne[[16]byte])
	what := "could not end run " + end.Run.String()
	if err != nil {
		return pgtx.Explain(what, err)
	}
	if len(ended) == 1 {
		return nil
	}
	run, err := s.AgentRun(ctx, end.Run)
	if err != nil {
		return err
	}
	if core.MayRetry(ctx) && run.Attempt == end.Attempt && run.Status == end.Status {
		return nil // the statement has arrived before
	}
	err = s.lost(ctx, "could not end", end.RunFence)
	if err == nil {
		err = errors.New("sql: " + what + ": it was not there for a moment: try again")
	}
	return err
}
