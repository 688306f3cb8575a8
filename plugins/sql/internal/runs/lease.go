package runs

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// heartbeatSQL renews what is still the process's, and skips what a call in a
// transaction has locked: that lock holds off a claim by itself. What is lost is
// what a plain read shows.
const heartbeatSQL = `
WITH mine AS (
	SELECT m.id, m.attempt FROM unnest($1::uuid[], $2::int[]) AS m(id, attempt)
), locked AS (
	SELECT r.id FROM public.agent_runs r JOIN mine m ON r.id = m.id AND r.attempt = m.attempt
	WHERE r.status = 'running'
	FOR NO KEY UPDATE OF r SKIP LOCKED
), renewed AS (
	UPDATE public.agent_runs r SET lease_until = clock_timestamp() + make_interval(secs => $3::float8)
	FROM locked WHERE r.id = locked.id
)
SELECT m.id, r.id IS NULL OR r.attempt <> m.attempt OR r.status <> 'running',
	EXISTS (SELECT FROM public.agent_run_events e WHERE e.run_id = m.id AND e.seq = 0)
FROM mine m LEFT JOIN public.agent_runs r ON r.id = m.id`

// HeartbeatRuns implements core.RunStore.
func (s Store) HeartbeatRuns(ctx context.Context, list []core.RunFence, lease time.Duration) (core.RunHeartbeat, error) {
	var beat core.RunHeartbeat
	if err := checkLease("the lease", lease); err != nil {
		return beat, err
	}
	ids, attempts, err := fences(list)
	if err != nil || len(list) == 0 {
		return beat, err
	}
	type seen struct {
		id              uuid.UUID
		lost, cancelled bool
	}
	runs, err := pgtx.ExecReturning(ctx, s.driver, heartbeatSQL, []any{ids, attempts, seconds(lease)}, func(row pgtx.Scanner) (r seen, err error) {
		return r, row.Scan(&r.id, &r.lost, &r.cancelled)
	})
	if err != nil {
		return beat, pgtx.Explain("could not renew the leases of runs", err)
	}
	for _, r := range runs {
		switch {
		case r.lost:
			beat.Lost = append(beat.Lost, r.id)
		case r.cancelled:
			beat.Cancelled = append(beat.Cancelled, r.id)
		}
	}
	return beat, nil
}

const giveBackSQL = `
WITH mine AS (
	SELECT r.id FROM public.agent_runs r JOIN unnest($1::uuid[], $2::int[]) AS m(id, attempt) ON r.id = m.id AND r.attempt = m.attempt
	WHERE r.status = 'running'
	ORDER BY r.id
	FOR NO KEY UPDATE OF r
)
UPDATE public.agent_runs r SET status = 'queued', lease_owner = NULL, lease_until = clock_timestamp()
FROM mine WHERE r.id = mine.id`

// GiveBackRuns implements core.RunStore.
func (s Store) GiveBackRuns(ctx context.Context, list []core.RunFence) error {
	ids, attempts, err := fences(list)
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = pgtx.Exec(ctx, s.driver, giveBackSQL, ids, attempts)
	return pgtx.Explain("could not give runs back", err)
}

const needSQL = `
UPDATE public.agent_runs SET status = 'queued', needs = $3::text, lease_owner = NULL, lease_until = clock_timestamp()
WHERE id = $1::uuid AND attempt = $2::int AND status = 'running'`

// NeedAction implements core.RunStore.
func (s Store) NeedAction(ctx context.Context, fence core.RunFence, action string) error {
	if err := checkFence(fence); err != nil {
		return err
	}
	if err := value.Required(value.TextField("the name of the action", action)); err != nil {
		return err
	}
	n, err := pgtx.Exec(ctx, s.driver, needSQL, fence.Run, fence.Attempt, action)
	if err != nil {
		return pgtx.Explain("could not queue run "+fence.Run.String(), err)
	}
	if n == 0 {
		return s.gone(ctx, "could not queue", fence)
	}
	return nil
}

// gone is lost for a statement that changes a row of any run which the process
// has: if it has it now, it was changed at the same time.
func (s Store) gone(ctx context.Context, what string, fence core.RunFence) error {
	if err := s.lost(ctx, what, fence); err != nil {
		return err
	}
	return errors.New("sql: " + what + " run " + fence.Run.String() + ": it was changed at the same time: try again")
}

const mergeSQL = `
WITH f AS (SELECT f.* FROM ` + fenceSQL + `), merged AS (
	UPDATE public.agent_runs r SET merged_into = f.id
	FROM f
	WHERE r.agent_id = f.agent_id AND r.room_id = f.room_id AND r.seq > f.seq
		AND r.status = 'queued' AND r.attempt = 0 AND r.merged_into IS NULL
	RETURNING ` + runColumns + `
)
SELECT * FROM merged
UNION ALL SELECT ` + runColumns + ` FROM public.agent_runs r JOIN f ON r.merged_into = f.id AND r.status = 'queued'
ORDER BY seq`

// MergeRuns implements core.RunStore.
func (s Store) MergeRuns(ctx context.Context, fence core.RunFence) ([]*core.AgentRun, error) {
	if err := checkFence(fence); err != nil {
		return nil, err
	}
	runs, err := pgtx.ExecReturning(ctx, s.driver, mergeSQL, []any{fence.Run, fence.Attempt}, scanRun)
	if err != nil {
		return nil, pgtx.Explain("could not merge runs into run "+fence.Run.String(), err)
	}
	if len(runs) == 0 {
		return value.List(runs), s.lost(ctx, "could not merge runs into", fence)
	}
	return runs, nil
}
