package runs

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// insertMemorySQL inserts a memory without a vector. Its agent's row is locked
// as the foreign key does anyway, so that the text configuration is the present
// one.
const insertMemorySQL = `
	INSERT INTO public.memories (id, type, agent_id, entity_id, room_id, world_id, created_at, content, metadata, "unique", text_config)
	SELECT $1::uuid, $2::text, a.id, $4::uuid, $5::uuid, $6::uuid, $7::timestamptz, $8::jsonb, $9::jsonb, $10::bool, a.text_config
	FROM `

// startSQL inserts the message, and its run only if the message was: either as
// running, if the room has no other, or as queued. A run of the room that is
// committed meanwhile is a conflict with agent_runs_running_key, so that this one
// is queued.
const startSQL = `
WITH m AS (` + insertMemorySQL + `public.agents a WHERE a.id = $3::uuid FOR KEY SHARE
	ON CONFLICT (id) DO NOTHING
	RETURNING id
), running AS (
	INSERT INTO public.agent_runs AS r (id, agent_id, room_id, entity_id, message_id, parent_id, status, attempt, lease_owner, lease_until)
	SELECT $11::uuid, $3::uuid, $5::uuid, $4::uuid, m.id, $12::uuid, 'running', 1, $13::uuid,
		clock_timestamp() + make_interval(secs => $14::float8)
	FROM m
	WHERE $13::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM public.agent_runs o
		WHERE o.agent_id = $3::uuid AND o.room_id = $5::uuid AND o.status IN ('queued', 'running') AND o.merged_into IS NULL)
	ON CONFLICT DO NOTHING
	RETURNING ` + runColumns + `
), queued AS (
	INSERT INTO public.agent_runs AS r (id, agent_id, room_id, entity_id, message_id, parent_id, status, lease_until)
	SELECT $11::uuid, $3::uuid, $5::uuid, $4::uuid, m.id, $12::uuid, 'queued', clock_timestamp()
	FROM m
	WHERE NOT EXISTS (SELECT FROM running)
	ON CONFLICT (agent_id, message_id) DO NOTHING
	RETURNING ` + runColumns + `
)
SELECT * FROM running UNION ALL SELECT * FROM queued`

// StartRun implements core.RunStore.
func (s Store) StartRun(ctx context.Context, start core.RunStart) (*core.AgentRun, bool, error) {
	args, err := s.memoryArgs("RunStart.Message", start.Message)
	if err != nil {
		return nil, false, err
	}
	if err := value.Required(value.IDField("Memory.RoomID", start.Message.RoomID)); err != nil {
		return nil, false, err
	}
	if start.Owner != uuid.Nil {
		if err := checkLease("RunStart.Lease", start.Lease); err != nil {
			return nil, false, err
		}
	}
	message, id := start.Message, start.RunID
	value.EnsureID(&id)
	what := "could not start a run for message " + message.ID.String()
	made, err := pgtx.ExecReturning(ctx, s.driver, startSQL,
		append(args, id, value.NullableID(start.ParentID), value.NullableID(start.Owner), seconds(start.Lease)), scanRun)
	if err != nil {
		return nil, false, pgtx.Explain(what, err)
	}
	if len(made) == 1 {
		return made[0], true, nil
	}
	before, err := pgtx.Query(ctx, s.driver, `SELECT `+runColumns+` FROM public.agent_runs r WHERE r.agent_id = $1::uuid AND r.message_id = $2::uuid`,
		[]any{message.AgentID, message.ID}, scanRun)
	if err != nil {
		return nil, false, pgtx.Explain(what, err)
	}
	if len(before) == 1 {
		// The statement may have been sent twice.
		return before[0], before[0].ID == id && before[0].Attempt <= 1, nil
	}
	agents, err := pgtx.Query(ctx, s.driver, `SELECT 1 FROM public.agents WHERE id = $1::uuid`, []any{message.AgentID}, pgtx.ScanOne[int])
	switch {
	case err != nil:
		return nil, false, pgtx.Explain(what, err)
	case len(agents) == 0:
		return nil, false, fmt.Errorf("sql: %s: agent %s: %w", what, message.AgentID, core.ErrNotFound)
	}
	return nil, false, fmt.Errorf("sql: %s: the message is there, and its run is not any more: %w", what, core.ErrConflict)
}

// memoryArgs validates a memory and returns the parameters of insertMemorySQL.
func (s Store) memoryArgs(name string, m *core.Memory) ([]any, error) {
	if err := value.NotNil(name, m); err != nil {
		return nil, err
	}
	if len(m.Embedding) > 0 {
		return nil, value.Invalid("sql: %s has an Embedding: save it afterwards, with UpdateMemory", name)
	}
	content, metadata, err := s.encode(m)
	if err != nil {
		return nil, err
	}
	return []any{
		m.ID, m.Type, m.AgentID, value.NullableID(m.EntityID), value.NullableID(m.RoomID), value.NullableID(m.WorldID),
		m.CreatedAt, content, metadata, !m.Duplicate,
	}, nil
}
