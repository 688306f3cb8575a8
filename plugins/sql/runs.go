package sql

import (
	"context"
	stdsql "database/sql"
	"slices"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/badrow"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

const (
	defaultRuns = 20
	maxRuns     = 100
)

// runsSQL returns a page in one statement: runs are grouped from their
// run_event entries, filtered, counted and cut to the page; only then the other
// entries of those runs are counted, through idx_logs_run_id. The outer join
// keeps the total of an empty page.
const runsSQL = `
WITH runs AS (
	SELECT body ->> 'runId' AS id, min(created_at) AS started_at, max(created_at) AS newest_at,
		coalesce((array_agg(body ->> 'status' ORDER BY created_at DESC, id DESC))[1], '') AS status,
		(array_agg(room_id ORDER BY created_at, id))[1] AS room_id,
		(array_agg(entity_id ORDER BY created_at, id))[1] AS entity_id,
		(array_agg(body ->> 'messageId' ORDER BY created_at, id))[1] AS message_id
	FROM public.logs
	WHERE agent_id = $1 AND type = 'run_event' AND body ->> 'runId' IS NOT NULL
	GROUP BY 1
), filtered AS (
	SELECT * FROM runs
	WHERE ($2::uuid IS NULL OR room_id = $2)
		AND ($3::uuid IS NULL OR entity_id = $3)
		AND ($4::text = '' OR status = $4)
		AND ($5::timestamptz IS NULL OR started_at >= $5)
		AND ($6::timestamptz IS NULL OR started_at < $6)
), page AS (
	SELECT * FROM filtered ORDER BY started_at DESC, id DESC LIMIT $7 OFFSET $8
)
SELECT all_runs.total, page.id, page.status, page.started_at, page.newest_at, page.room_id, page.entity_id,
	page.message_id, entries.actions, entries.model_calls, entries.evaluators, entries.errors
FROM (SELECT count(*) AS total FROM filtered) all_runs
LEFT JOIN page ON true
LEFT JOIN LATERAL (
	SELECT count(*) FILTER (WHERE type = 'action') AS actions,
		count(*) FILTER (WHERE starts_with(type, 'useModel:')) AS model_calls,
		count(*) FILTER (WHERE type = 'evaluator') AS evaluators,
		count(*) FILTER (WHERE type <> 'run_event' AND (coalesce(body ->> 'error', '') <> ''
			OR body ->> 'status' = 'failed' OR body ->> 'success' = 'false'
			OR body -> 'result' ->> 'success' = 'false')) AS errors
	FROM public.logs
	WHERE agent_id = $1 AND body ->> 'runId' = page.id
) entries ON true
ORDER BY page.started_at DESC, page.id DESC`

// Runs implements core.LogStore.
func (d *Database) Runs(ctx context.Context, query core.RunQuery) (*core.RunPage, error) {
	if err := value.Required(value.IDField("RunQuery.AgentID", query.AgentID)); err != nil {
		return nil, err
	}
	if err := value.CheckTime("a query of runs", query.Since, query.Until); err != nil {
		return nil, err
	}
	if err := value.CheckPage("runs", &query.Limit, query.Offset, defaultRuns); err != nil {
		return nil, err
	}
	if query.Limit > maxRuns {
		return nil, value.Invalid("sql: RunQuery.Limit is %d: it may be %d", query.Limit, maxRuns)
	}
	var total int
	runs, err := pgtx.Query(ctx, d.driver, runsSQL, []any{
		query.AgentID, value.NullableID(query.RoomID), value.NullableID(query.EntityID), string(query.Status),
		value.NullableTime(query.Since), value.NullableTime(query.Until), query.Limit, query.Offset,
	}, func(row pgtx.Scanner) (*core.Run, error) { return scanRun(row, &total) })
	if err != nil {
		return nil, pgtx.Explain("could not sum up runs", err)
	}
	runs = slices.DeleteFunc(runs, func(run *core.Run) bool { return run == nil })
	return &core.RunPage{Runs: runs, Total: total, HasMore: len(runs) > 0 && query.Offset+len(runs) < total}, nil
}

// scanRun returns nil for the row of an empty page, which has the total alone.
func scanRun(row pgtx.Scanner, total *int) (*core.Run, error) {
	var (
		id, status, message                    stdsql.NullString
		started, newest                        badrow.Time
		room, entity                           uuid.NullUUID
		actions, modelCalls, evaluators, fails int
	)
	err := row.Scan(total, &id, &status, &started, &newest, &room, &entity, &message,
		&actions, &modelCalls, &evaluators, &fails)
	if err != nil || !id.Valid {
		return nil, err
	}
	run := &core.Run{
		ID: id.String, Status: core.RunStatus(status.String), StartedAt: started.Time,
		RoomID: room.UUID, EntityID: entity.UUID,
		Actions: actions, ModelCalls: modelCalls, Evaluators: evaluators, Errors: fails,
	}
	if run.Status != core.RunStarted {
		run.EndedAt = newest.Time
	}
	if run.Status == core.RunFailed {
		run.Errors++
	}
	// The entry may contain any value.
	if parsed, err := uuid.Parse(message.String); err == nil {
		run.MessageID = parsed
	}
	return run, nil
}
