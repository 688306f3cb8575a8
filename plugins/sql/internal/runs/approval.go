package runs

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

const waitSQL = `
WITH f AS (
	UPDATE public.agent_runs SET status = 'waiting', lease_owner = NULL, lease_until = NULL
	WHERE id = $1::uuid AND attempt = $2::int AND status = 'running'
	RETURNING id
)` + insertStepsSQL + `
FROM f, json_to_recordset($3::json) AS ` + stepRecord

// WaitRun implements core.RunStore.
func (s Store) WaitRun(ctx context.Context, fence core.RunFence, questions ...core.RunStep) error {
	if err := checkFence(fence); err != nil {
		return err
	}
	if len(questions) == 0 {
		return value.Invalid("sql: run %s would wait for nothing: give WaitRun a question", fence.Run)
	}
	for _, q := range questions {
		if q.Kind != core.StepApproval || q.State != core.StepWaiting {
			return value.Invalid("sql: step %d is no question: its Kind must be approval and its State waiting", q.N)
		}
		if err := value.Required(value.TextField("RunStep.CallID", q.CallID)); err != nil {
			return err
		}
	}
	list, err := encodeSteps(fence.Attempt, questions)
	if err != nil {
		return err
	}
	n, err := pgtx.Exec(ctx, s.driver, waitSQL, fence.Run, fence.Attempt, list)
	if err != nil {
		return pgtx.Explain("could not let run "+fence.Run.String()+" wait", err)
	}
	if n == 0 {
		return s.gone(ctx, "could not let wait", fence)
	}
	return nil
}

// decideSQL decides the questions of the run $1 that the condition selects, and
// queues the run if none is left. The run is locked in a statement before: of two
// answers at once, each would see the other's question undecided.
func decideSQL(which string) string {
	return `
WITH decided AS (
	UPDATE public.agent_run_steps s
	SET state = $2::text, output = $3::text, decided_by = $4::uuid, error = $5::text, ended_at = clock_timestamp()
	WHERE s.run_id = $1::uuid AND s.kind = 'approval' AND s.state = 'waiting' AND ` + which + `
	RETURNING s.n
), queued AS (
	UPDATE public.agent_runs r SET status = 'queued', lease_until = clock_timestamp()
	WHERE r.id = $1::uuid AND r.status = 'waiting' AND EXISTS (SELECT FROM decided)
		AND NOT EXISTS (SELECT FROM public.agent_run_steps w
			WHERE w.run_id = $1::uuid AND w.state = 'waiting' AND w.n NOT IN (SELECT n FROM decided))
)
SELECT count(*) FROM decided`
}

var (
	decideOneSQL = decideSQL(`s.call_id = $6::text AND ($7::text IS NULL OR coalesce(s.input, '') = $7::text)
		AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())`)
	expireSQL = decideSQL(`s.expires_at <= clock_timestamp()`)
)

// lockRun locks a run against claims and decisions.
func lockRun(ctx context.Context, tx *pgtx.Driver, id uuid.UUID) error {
	_, err := pgtx.First(pgtx.ExecReturning(ctx, tx, `SELECT 1 FROM public.agent_runs WHERE id = $1::uuid FOR NO KEY UPDATE`,
		[]any{id}, pgtx.ScanOne[int]))
	return pgtx.Explain("run "+id.String(), err)
}

// DecideCall implements core.RunStore.
func (s Store) DecideCall(ctx context.Context, decision core.RunDecision) (run *core.AgentRun, err error) {
	err = value.Required(value.IDField("RunDecision.Run", decision.Run), value.TextField("RunDecision.CallID", decision.CallID))
	if err != nil {
		return nil, err
	}
	state, reason := core.StepDone, ""
	if !decision.Approved {
		state, reason = core.StepFailed, "refused"
	}
	what := fmt.Sprintf("question for call %s of run %s", value.Quote(decision.CallID), decision.Run)
	err = s.driver.RunTx(ctx, func(tx *pgtx.Driver) error {
		if err := lockRun(ctx, tx, decision.Run); err != nil {
			return err
		}
		decided, err := pgtx.First(pgtx.ExecReturning(ctx, tx, decideOneSQL, []any{
			decision.Run, string(state), nullable(decision.Note), value.NullableID(decision.By), nullable(reason),
			decision.CallID, value.NullableText(decision.Input),
		}, pgtx.ScanOne[int]))
		if err != nil {
			return pgtx.Explain("could not decide the "+what, err)
		}
		own := Store{tx, s.encode}
		if decided == 0 {
			return own.undecidable(ctx, what, decision)
		}
		run, err = own.AgentRun(ctx, decision.Run)
		return err
	})
	return run, err
}

// undecidable returns why a question could not be decided.
func (s Store) undecidable(ctx context.Context, what string, decision core.RunDecision) error {
	steps, err := s.RunSteps(ctx, decision.Run)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if step.Kind != core.StepApproval || step.CallID != decision.CallID {
			continue
		}
		why := "its time is over"
		switch {
		case step.State != core.StepWaiting:
			why = "it is decided already"
		case decision.Input != nil && step.Input != *decision.Input:
			why = "it was asked for other arguments"
		}
		return fmt.Errorf("sql: %s: %s: %w", what, why, core.ErrConflict)
	}
	return fmt.Errorf("sql: %s: %w", what, core.ErrNotFound)
}

// expireAtOnce is how many runs one call of ExpireCalls looks at.
const expireAtOnce = 100

// ExpireCalls implements core.RunStore.
func (s Store) ExpireCalls(ctx context.Context, agentIDs ...uuid.UUID) ([]*core.AgentRun, error) {
	queued := []*core.AgentRun{}
	late, err := pgtx.Query(ctx, s.driver, `
SELECT DISTINCT s.run_id FROM public.agent_run_steps s JOIN public.agent_runs r ON r.id = s.run_id
WHERE s.state = 'waiting' AND s.expires_at <= clock_timestamp() AND r.status = 'waiting' AND r.agent_id = ANY($1::uuid[])
LIMIT $2::int`, []any{value.IDArray(agentIDs), expireAtOnce}, pgtx.ScanOne[uuid.UUID])
	if err != nil {
		return nil, pgtx.Explain("could not look for questions whose time is over", err)
	}
	for _, id := range late {
		err := s.driver.RunTx(ctx, func(tx *pgtx.Driver) error {
			if err := lockRun(ctx, tx, id); err != nil {
				return err
			}
			_, err := pgtx.ExecReturning(ctx, tx, expireSQL, []any{id, string(core.StepFailed), nil, nil, "not answered in time"}, pgtx.ScanOne[int])
			if err != nil {
				return pgtx.Explain("could not refuse a question of run "+id.String(), err)
			}
			run, err := Store{tx, s.encode}.AgentRun(ctx, id)
			if err == nil && run.Status == core.RunQueued {
				queued = append(queued, run)
			}
			return err
		})
		if err != nil {
			return queued, err
		}
	}
	return queued, nil
}
