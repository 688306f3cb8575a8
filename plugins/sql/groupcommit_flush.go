package sql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// flush saves a batch of memories.
func (d *Database) flush(ctx context.Context, batch []*pendingInsert) {
	// The flush is cancelled when the contexts of all callers have ended.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var left atomic.Int64
	left.Store(int64(len(batch)))
	for _, one := range batch {
		stop := context.AfterFunc(one.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
		defer stop()
	}
	wanted, err := batch, error(nil)
	if batch[0].check != nil {
		wanted, err = d.checkDuplicates(ctx, batch)
	}
	var saved map[uuid.UUID]bool
	if err == nil && len(wanted) > 0 {
		saved, err = d.flushInsert(ctx, wanted)
	}
	var refused *pgconn.PgError
	for _, one := range batch {
		switch {
		case err == nil && one.skipped && (one.duplicateOf == nil || saved[one.duplicateOf.row.ID]):
		case errors.As(err, &refused) && !pgerr.ConnectionLost(err):
			one.alone = true
		case err != nil:
			one.err = pgtx.Explain("could not save memory "+one.row.ID.String(), err)
		default:
			one.alone = !saved[one.row.ID]
		}
		close(one.done)
	}
}

// flushInsert inserts a batch by one statement, and returns the ids of the
// saved memories. Those whose agent is unknown, or does not accept the vector,
// are not among them.
func (d *Database) flushInsert(ctx context.Context, batch []*pendingInsert) (map[uuid.UUID]bool, error) {
	type row struct {
		ID          uuid.UUID       `json:"id"`
		EmbeddingID uuid.UUID       `json:"embedding_id"`
		Type        string          `json:"type"`
		EntityID    *uuid.UUID      `json:"entity_id"`
		RoomID      *uuid.UUID      `json:"room_id"`
		WorldID     *uuid.UUID      `json:"world_id"`
		CreatedAt   string          `json:"created_at"`
		Content     json.RawMessage `json:"content"`
		Metadata    json.RawMessage `json:"metadata"`
		Unique      bool            `json:"unique"`
		Position    int             `json:"position"` // of its vector
	}
	length := len(batch[0].row.Embedding)
	rows := make([]row, len(batch))
	vectors := make([]float32, 0, len(batch)*length)
	for i, one := range batch {
		r := one.row
		rows[i] = row{
			r.ID, core.NewID(), value.SanitizeText(r.Type), value.NullableID(r.EntityID), value.NullableID(r.RoomID), value.NullableID(r.WorldID),
			value.JSONTime(r.CreatedAt), json.RawMessage(r.content), json.RawMessage(r.metadata), !r.Duplicate, i,
		}
		vectors = append(vectors, r.Embedding...)
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	saved := make(map[uuid.UUID]bool, len(batch))
	_, err = pgtx.ExecReturning(ctx, d.driver, flushSQL(length), []any{json.RawMessage(text), vectors, length, batch[0].row.AgentID},
		func(row pgtx.Scanner) (struct{}, error) {
			var id uuid.UUID
			err := row.Scan(&id)
			saved[id] = true
			return struct{}{}, err
		})
	return saved, err
}

// flushSQL is insertVectorSQL for many rows of one agent. The vectors come one
// after the other in one array. The lock timeout is short, as a lock may
// concern only one of the rows.
func flushSQL(length int) string {
	return fmt.Sprintf(`
WITH input AS MATERIALIZED (
	SELECT * FROM jsonb_to_recordset($1::jsonb) AS i(
		id uuid, embedding_id uuid, type text, entity_id uuid, room_id uuid, world_id uuid,
		created_at timestamptz, content jsonb, metadata jsonb, "unique" bool, position int)
), agent AS MATERIALIZED (
	SELECT a.id, a.text_config FROM public.agents a
	WHERE a.id = $4::uuid AND $3::int IN (a.embedding_dimension, a.embedding_target)
		AND (SELECT set_config('lock_timeout', '200ms', true)) IS NOT NULL
	FOR KEY SHARE
), memory AS (
	INSERT INTO public.memories (id, type, agent_id, entity_id, room_id, world_id, created_at, content, metadata, "unique", text_config)
	SELECT i.id, i.type, a.id, i.entity_id, i.room_id, i.world_id, i.created_at, i.content, i.metadata, i."unique", a.text_config
	FROM input i CROSS JOIN agent a RETURNING id
), embedding AS (
	INSERT INTO public.embeddings (id, memory_id, agent_id, type, entity_id, room_id, world_id, created_at, %s)
	SELECT i.embedding_id, i.id, $4::uuid, i.type, i.entity_id, i.room_id, i.world_id, i.created_at,
		(($2::float4[])[i.position * $3::int + 1 : (i.position + 1) * $3::int])::@pgvector.vector
	FROM input i JOIN memory USING (id) RETURNING memory_id
)
SELECT memory_id FROM embedding`, search.Column(length))
}
