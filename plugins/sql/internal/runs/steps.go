package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/badrow"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// insertStepsSQL inserts steps s of the run f. The list is json and not jsonb,
// and the texts in it strings, so that they stay as they are.
const insertStepsSQL = `
	INSERT INTO public.agent_run_steps (run_id, n, attempt, kind, state, call_id, model_call_id, name, input, output, error,
		input_tokens, output_tokens, expires_at, created_at, ended_at)
	SELECT f.id, s.n, s.attempt, s.kind, s.state, s.call_id, s.model_call_id, s.name, s.input, s.output, s.error,
		s.input_tokens, s.output_tokens, s.expires_at, clock_timestamp(),
		CASE WHEN s.state NOT IN ('started', 'waiting') THEN clock_timestamp() END`

const stepRecord = `s(n int, attempt int, kind text, state text, call_id text, model_call_id text, name text, input text, output text,
		error text, input_tokens bigint, output_tokens bigint, expires_at timestamptz)`

// stepJSON is a row of stepRecord. Empty texts are NULL.
type stepJSON struct {
	N            int    `json:"n"`
	Attempt      int    `json:"attempt"`
	Kind         string `json:"kind"`
	State        string `json:"state"`
	CallID       string `json:"call_id,omitempty"`
	ModelCallID  string `json:"model_call_id,omitempty"`
	Name         string `json:"name,omitempty"`
	Input        string `json:"input,omitempty"`
	Output       string `json:"output,omitempty"`
	Error        string `json:"error,omitempty"`
	InputTokens  int64  `json:"input_tokens"`
	OutputTokens int64  `json:"output_tokens"`
	ExpiresAt    string `json:"expires_at,omitempty"`
}

// encodeSteps validates steps and returns them as the parameter of stepRecord.
func encodeSteps(attempt int, steps []core.RunStep) (json.RawMessage, error) {
	rows := make([]stepJSON, len(steps))
	for i, step := range steps {
		if err := checkStep(step); err != nil {
			return nil, err
		}
		rows[i] = stepJSON{
			N: step.N, Attempt: attempt, Kind: string(step.Kind), State: string(step.State), CallID: step.CallID,
			ModelCallID: step.ModelCallID, Name: step.Name, Input: step.Input, Output: step.Output, Error: step.Error,
			InputTokens: step.InputTokens, OutputTokens: step.OutputTokens,
		}
		if !step.ExpiresAt.IsZero() {
			rows[i].ExpiresAt = value.JSONTime(step.ExpiresAt)
		}
	}
	return json.Marshal(rows)
}

func checkStep(step core.RunStep) error {
	if step.N < 1 || step.N > value.MaxRows {
		return value.Invalid("sql: RunStep.N is %d: it goes from 1 to %d", step.N, value.MaxRows)
	}
	switch step.Kind {
	case core.StepModel, core.StepCall, core.StepApproval, core.StepSummary:
	default:
		return value.Invalid("sql: RunStep.Kind is %s: take one of core's", value.Quote(string(step.Kind)))
	}
	if err := checkState(step.State); err != nil {
		return err
	}
	if err := value.Indexable("RunStep.CallID", step.CallID); err != nil {
		return err
	}
	return value.CheckTime("RunStep.ExpiresAt", step.ExpiresAt)
}

func checkState(state core.RunStepState) error {
	switch state {
	case core.StepStarted, core.StepDone, core.StepFailed, core.StepWaiting, core.StepUnknown:
		return nil
	}
	return value.Invalid("sql: RunStep.State is %s: take one of core's", value.Quote(string(state)))
}

const recordSQL = insertStepsSQL + `
FROM ` + fenceSQL + `, json_to_recordset($3::json) AS ` + stepRecord + `
ORDER BY s.n`

// RecordSteps implements core.RunStore.
func (s Store) RecordSteps(ctx context.Context, fence core.RunFence, steps ...core.RunStep) error {
	if err := checkFence(fence); err != nil {
		return err
	}
	list, err := encodeSteps(fence.Attempt, steps)
	if err != nil || len(steps) == 0 {
		return err
	}
	n, err := pgtx.Exec(ctx, s.driver, recordSQL, fence.Run, fence.Attempt, list)
	err = pgtx.Explain("could not record a step of run "+fence.Run.String(), err)
	switch {
	case errors.Is(err, core.ErrConflict) && core.MayRetry(ctx) && !s.driver.InTx() && s.recorded(ctx, fence, steps):
		return nil // the statement has arrived before
	case err != nil:
		return err
	case n == 0:
		return s.gone(ctx, "could not record a step of", fence)
	}
	return nil
}

// recorded reports whether the run has the steps, as recorded under the fence.
func (s Store) recorded(ctx context.Context, fence core.RunFence, steps []core.RunStep) bool {
	stored, err := s.RunSteps(ctx, fence.Run)
	if err != nil {
		return false
	}
	byN := make(map[int]*core.RunStep, len(stored))
	for _, step := range stored {
		byN[step.N] = step
	}
	for _, step := range steps {
		got, ok := byN[step.N]
		if !ok || got.Attempt != fence.Attempt || got.Kind != step.Kind || got.CallID != step.CallID || got.Input != step.Input {
			return false
		}
	}
	return true
}

const endStepSQL = `
UPDATE public.agent_run_steps s
SET state = $4::text, output = $5::text, error = $6::text, input_tokens = $7::bigint, output_tokens = $8::bigint,
	name = coalesce($9::text, s.name),
	ended_at = CASE WHEN $4::text NOT IN ('started', 'waiting') THEN clock_timestamp() END
FROM ` + fenceSQL + `
WHERE s.run_id = f.id AND s.n = $3::int`

// EndStep implements core.RunStore.
func (s Store) EndStep(ctx context.Context, fence core.RunFence, step core.RunStep) error {
	if err := checkFence(fence); err != nil {
		return err
	}
	if err := checkInt("RunStep.N", step.N); err != nil {
		return err
	}
	if err := checkState(step.State); err != nil {
		return err
	}
	what := fmt.Sprintf("step %d of run %s", step.N, fence.Run)
	n, err := pgtx.Exec(ctx, s.driver, endStepSQL, fence.Run, fence.Attempt, step.N, string(step.State), nullable(step.Output),
		nullable(step.Error), step.InputTokens, step.OutputTokens, nullable(step.Name))
	if err != nil {
		return pgtx.Explain("could not end "+what, err)
	}
	if n == 1 {
		return nil
	}
	if err := s.lost(ctx, "could not end a step of", fence); err != nil {
		return err
	}
	return fmt.Errorf("sql: %s: %w", what, core.ErrNotFound)
}

// RunSteps implements core.RunStore.
func (s Store) RunSteps(ctx context.Context, id uuid.UUID) ([]*core.RunStep, error) {
	steps, err := pgtx.Query(ctx, s.driver, `
SELECT n, attempt, kind, state, coalesce(call_id, ''), coalesce(model_call_id, ''), coalesce(name, ''), coalesce(input, ''),
	coalesce(output, ''), coalesce(error, ''), decided_by, input_tokens, output_tokens, created_at, ended_at, expires_at
FROM public.agent_run_steps WHERE run_id = $1::uuid ORDER BY n`, []any{id}, scanStep)
	if err != nil {
		return nil, pgtx.Explain("could not list the steps of run "+id.String(), err)
	}
	return value.List(steps), nil
}

func scanStep(row pgtx.Scanner) (*core.RunStep, error) {
	var (
		step                    core.RunStep
		by                      uuid.NullUUID
		created, ended, expires badrow.Time
	)
	err := row.Scan(&step.N, &step.Attempt, &step.Kind, &step.State, &step.CallID, &step.ModelCallID, &step.Name, &step.Input,
		&step.Output, &step.Error, &by, &step.InputTokens, &step.OutputTokens, &created, &ended, &expires)
	step.DecidedBy, step.CreatedAt, step.EndedAt, step.ExpiresAt = by.UUID, created.Time, ended.Time, expires.Time
	return &step, err
}
