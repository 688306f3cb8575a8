package runs

import (
	"context"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// cancelSQL cancels a run that no process has; those that were merged into it
// are queued again. Of one that a process has it leaves a request, since an
// UPDATE would wait for a call that has locked the run. A run that is locked for
// another reason is being claimed, or is about to be, and gets a request too.
const cancelSQL = `
WITH idle AS MATERIALIZED (
	SELECT id FROM public.agent_runs WHERE id = $1::uuid AND status IN ('queued', 'waiting')
	FOR NO KEY UPDATE SKIP LOCKED
), cancelled AS (
	UPDATE public.agent_runs r SET status = 'cancelled', lease_until = NULL, ended_at = clock_timestamp()
	FROM idle WHERE r.id = idle.id
	RETURNING r.id
), apart AS (
	UPDATE public.agent_runs r SET merged_into = NULL
	FROM cancelled WHERE r.merged_into = cancelled.id AND r.status = 'queued'
)
INSERT INTO public.agent_run_events (run_id, seq, kind, data)
SELECT r.id, 0, 'cancel', '{}' FROM public.agent_runs r
WHERE r.id = $1::uuid AND r.status IN ('queued', 'waiting', 'running') AND NOT EXISTS (SELECT FROM cancelled)
ON CONFLICT DO NOTHING`

// CancelRun implements core.RunStore.
func (s Store) CancelRun(ctx context.Context, id uuid.UUID) (*core.AgentRun, error) {
	if _, err := pgtx.Exec(ctx, s.driver, cancelSQL, id); err != nil {
		return nil, pgtx.Explain("could not cancel run "+id.String(), err)
	}
	return s.AgentRun(ctx, id)
}
