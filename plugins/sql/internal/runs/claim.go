package runs

import (
	"context"

	"github.com/jackc/pgerrcode"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// claimSQL claims a run. A queued one waits for those of its room that are
// running, and for those that were queued before. A run whose lease has ended
// waits for none, since it is the one of its room that is running. The names of
// actions count for ten minutes.
const claimSQL = `
WITH next AS MATERIALIZED (
	SELECT r.id, r.needs, r.status, r.attempt FROM public.agent_runs r
	WHERE r.agent_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR r.room_id = $2::uuid)
		AND (r.needs IS NULL OR r.needs = ANY($3::text[]) OR r.lease_until < clock_timestamp() - interval '10 minutes')
		AND r.merged_into IS NULL AND r.status IN ('queued', 'running')
		AND (r.status = 'queued' OR r.lease_until < clock_timestamp())
		AND NOT EXISTS (SELECT FROM public.agent_runs o
			WHERE o.agent_id = r.agent_id AND o.room_id = r.room_id AND o.id <> r.id AND o.merged_into IS NULL
				AND o.status IN ('queued', 'running')
				AND (o.status = 'running' OR r.status = 'queued' AND o.seq < r.seq))
	ORDER BY r.seq
	LIMIT 1
	FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
	UPDATE public.agent_runs r
	SET status = 'running', attempt = r.attempt + 1, lease_owner = $4::uuid,
		lease_until = clock_timestamp() + make_interval(secs => $5::float8), needs = NULL,
		takeovers = CASE
			WHEN next.status = 'queued' THEN r.takeovers
			WHEN EXISTS (SELECT FROM public.agent_run_steps s WHERE s.run_id = r.id AND s.attempt = next.attempt) THEN 1
			ELSE r.takeovers + 1 END
	FROM next WHERE r.id = next.id
	RETURNING r.*, next.needs AS needed
)
SELECT r.id, r.seq, r.agent_id, r.room_id, r.entity_id, r.message_id, r.parent_id, r.merged_into, r.status,
	r.attempt, r.takeovers, r.lease_owner, r.lease_until, coalesce(r.needed, ''),
	coalesce(r.error, ''), r.input_tokens, r.output_tokens, r.created_at, r.ended_at
FROM claimed r`

// claimAttempts bounds how often a claim is repeated that another one of the
// same room has beaten.
const claimAttempts = 10

// ClaimRun implements core.RunStore.
func (s Store) ClaimRun(ctx context.Context, claim core.RunClaim) (*core.AgentRun, error) {
	if err := value.Required(value.IDField("RunClaim.Owner", claim.Owner)); err != nil {
		return nil, err
	}
	if err := checkLease("RunClaim.Lease", claim.Lease); err != nil {
		return nil, err
	}
	if len(claim.AgentIDs) == 0 {
		return nil, nil //nolint:nilnil // there is none
	}
	args := []any{
		value.IDArray(claim.AgentIDs), value.NullableID(claim.RoomID), value.List(claim.Actions), claim.Owner, seconds(claim.Lease),
	}
	for attempt := 1; ; attempt++ {
		claimed, err := pgtx.ExecReturning(ctx, s.driver, claimSQL, args, scanRun)
		// The snapshot was older than another claim's, or start's, commit.
		if pgerr.Is(err, pgerrcode.UniqueViolation) && attempt < claimAttempts && !s.driver.InTx() {
			continue
		}
		if err != nil {
			return nil, pgtx.Explain("could not claim a run", err)
		}
		if len(claimed) == 0 {
			return nil, nil //nolint:nilnil // there is none
		}
		return claimed[0], nil
	}
}
