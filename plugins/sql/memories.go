package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/badrow"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// memoryColumns are the columns of memories m that scanMemory reads.
const memoryColumns = `m.id, m.type, m.agent_id, m.entity_id, m.room_id, m.world_id, m.created_at, m.content, m.metadata, m."unique"`

// scanMemory reads memoryColumns, and further columns into more. A value that
// cannot be decoded is left out with a warning.
func (d *Database) scanMemory(row pgtx.Scanner, more ...any) (*core.Memory, error) {
	var (
		m                   core.Memory
		entity, room, world uuid.NullUUID
		content, metadata   pgtype.DriverBytes // read before the next row
		unique              bool
		created             badrow.Time
	)
	into := append([]any{&m.ID, &m.Type, &m.AgentID, &entity, &room, &world, &created, &content, &metadata, &unique}, more...)
	if err := row.Scan(into...); err != nil {
		return nil, err
	}
	m.EntityID, m.RoomID, m.WorldID, m.Duplicate = entity.UUID, room.UUID, world.UUID, !unique
	m.CreatedAt = created.Time
	if err := created.Err(); err != nil {
		d.badRows.Report("memories", m.ID.String(), "created_at", err)
	}
	if err := m.Content.UnmarshalJSON(content); err != nil {
		m.Content = core.Content{}
		d.badRows.Report("memories", m.ID.String(), "content", err)
	}
	if err := m.Metadata.UnmarshalJSON(metadata); err != nil {
		m.Metadata = core.MemoryMetadata{}
		d.badRows.Report("memories", m.ID.String(), "metadata", err)
	}
	return &m, nil
}

// vectorBytes is the vector of a memory m in pgvector's binary format: the one
// that is searched, or, of a memory created during a rebuild, the new one. In
// text format a list of 50 vectors took four times as long. Usually there is
// only one, and the row has a prefix vector; otherwise the agent's dimension
// decides.
const vectorBytes = `COALESCE((
	SELECT @pgvector.vector_send(COALESCE(e.dim_384, e.dim_512, e.dim_768, e.dim_1024, e.dim_1536, e.dim_3072))
	FROM public.embeddings e WHERE e.memory_id = m.id AND e.sketch IS NOT NULL
), (
	SELECT @pgvector.vector_send(COALESCE(
		CASE a.embedding_dimension
			WHEN 384 THEN e.dim_384 WHEN 512 THEN e.dim_512 WHEN 768 THEN e.dim_768
			WHEN 1024 THEN e.dim_1024 WHEN 1536 THEN e.dim_1536 WHEN 3072 THEN e.dim_3072
		END, e.dim_384, e.dim_512, e.dim_768, e.dim_1024, e.dim_1536, e.dim_3072))
	FROM public.embeddings e JOIN public.agents a ON a.id = e.agent_id WHERE e.memory_id = m.id))`

// scanWithVector reads memoryColumns and vectorBytes.
func (d *Database) scanWithVector(row pgtx.Scanner) (*core.Memory, error) {
	var sent pgtype.DriverBytes
	m, err := d.scanMemory(row, &sent)
	if err != nil || sent == nil {
		return m, err
	}
	var vector pgvector.Vector
	if err := vector.DecodeBinary(sent); err != nil {
		return nil, fmt.Errorf("the embedding of memory %s: %w", m.ID, err)
	}
	m.Embedding = vector.Slice()
	return m, nil
}

// Memory implements core.MemoryStore.
func (d *Database) Memory(ctx context.Context, id uuid.UUID) (*core.Memory, error) {
	found, err := pgtx.Query(ctx, d.driver, `SELECT `+memoryColumns+`, `+vectorBytes+`
		FROM public.memories m WHERE m.id = $1::uuid`, []any{id}, d.scanWithVector)
	if err != nil {
		return nil, pgtx.Explain("memory "+id.String(), err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("sql: memory %s: %w", id, core.ErrNotFound)
	}
	return found[0], nil
}

// MemoriesByID implements core.MemoryStore.
func (d *Database) MemoriesByID(ctx context.Context, ids []uuid.UUID) ([]*core.Memory, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := pgtx.Query(ctx, d.driver, `SELECT `+memoryColumns+`, `+vectorBytes+`
		FROM public.memories m WHERE m.id = ANY($1::text[]::uuid[]) ORDER BY m.created_at DESC, m.id DESC`,
		[]any{value.IDTexts(ids)}, d.scanWithVector)
	return found, pgtx.Explain(fmt.Sprintf("could not read %d memories", len(ids)), err)
}
