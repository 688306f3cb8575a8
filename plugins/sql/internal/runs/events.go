package runs

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/badrow"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

const appendSQL = `
INSERT INTO public.agent_run_events (run_id, seq, kind, data, created_at)
SELECT f.id, (SELECT coalesce(max(e.seq), 0) FROM public.agent_run_events e WHERE e.run_id = $1::uuid) + l.n, l.kind, l.data, clock_timestamp()
FROM ` + fenceSQL + `, json_to_recordset($3::json) AS l(n bigint, kind text, data jsonb)
ORDER BY l.n
RETURNING seq`

// AppendRunEvents implements core.RunStore.
func (s Store) AppendRunEvents(ctx context.Context, fence core.RunFence, events ...core.RunEvent) (int64, error) {
	if err := checkFence(fence); err != nil {
		return 0, err
	}
	type eventJSON struct {
		N    int             `json:"n"`
		Kind string          `json:"kind"`
		Data json.RawMessage `json:"data"`
	}
	rows := make([]eventJSON, len(events))
	for i, event := range events {
		if err := value.Required(value.TextField("RunEvent.Kind", event.Kind)); err != nil {
			return 0, err
		}
		data, err := value.JSON(value.Object(event.Data))
		if err != nil {
			return 0, value.Invalid("sql: RunEvent.Data: %w", err)
		}
		rows[i] = eventJSON{i + 1, event.Kind, json.RawMessage(data)}
	}
	if len(rows) == 0 {
		return 0, nil
	}
	what := "could not append an event of run " + fence.Run.String()
	list, err := json.Marshal(rows)
	if err != nil {
		return 0, pgtx.Explain(what, err)
	}
	seqs, err := pgtx.ExecReturning(ctx, s.driver, appendSQL, []any{fence.Run, fence.Attempt, json.RawMessage(list)}, pgtx.ScanOne[int64])
	if err != nil {
		return 0, pgtx.Explain(what, err)
	}
	if len(seqs) == 0 {
		return 0, s.gone(ctx, "could not append an event of", fence)
	}
	return seqs[len(seqs)-1], nil
}

// defaultEvents is the number of events of a list without a limit.
const defaultEvents = 1000

// RunEvents implements core.RunStore.
func (s Store) RunEvents(ctx context.Context, id uuid.UUID, after int64, limit int) ([]*core.RunEvent, error) {
	if err := value.CheckPage("events", &limit, 0, defaultEvents); err != nil {
		return nil, err
	}
	events, err := pgtx.Query(ctx, s.driver, `
SELECT seq, kind, data, created_at FROM public.agent_run_events
WHERE run_id = $1::uuid AND seq > greatest($2::bigint, 0) ORDER BY seq LIMIT $3::int`, []any{id, after, limit}, scanEvent)
	if err != nil {
		return nil, pgtx.Explain("could not list the events of run "+id.String(), err)
	}
	return value.List(events), nil
}

func scanEvent(row pgtx.Scanner) (*core.RunEvent, error) {
	var (
		event   core.RunEvent
		data    []byte
		created badrow.Time
	)
	if err := row.Scan(&event.Seq, &event.Kind, &data, &created); err != nil {
		return nil, err
	}
	event.CreatedAt = created.Time
	return &event, json.Unmarshal(data, &event.Data)
}
