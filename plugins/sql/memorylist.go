package sql

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Memories implements core.MemoryStore.
func (d *Database) Memories(ctx context.Context, query core.MemoryQuery) ([]*core.Memory, error) {
	if err := value.CheckPage("memories", &query.Limit, query.Offset, value.DefaultLimit); err != nil {
		return nil, err
	}
	c, from, err := memoriesFrom(query, true)
	if err != nil {
		return nil, err
	}
	if from == "" {
		return nil, d.checkBefore(ctx, "memories", "agent_id", query.AgentID, query.Before, 0)
	}
	columns, scan := memoryColumns, func(row pgtx.Scanner) (*core.Memory, error) { return d.scanMemory(row) }
	if query.Embeddings {
		columns, scan = memoryColumns+", "+vectorBytes, d.scanWithVector
	}
	statement := "SELECT " + columns + from + " ORDER BY m.created_at DESC, m.id DESC LIMIT " + c.Limit(query.Limit)
	if query.Offset > 0 {
		statement += " OFFSET " + c.Arg(query.Offset) + "::bigint"
	}
	found, err := pgtx.Query(ctx, d.driver, statement, c.Args, scan)
	if err != nil {
		return nil, pgtx.Explain("could not list memories of type "+value.Quote(query.Type), err)
	}
	return found, d.checkBefore(ctx, "memories", "agent_id", query.AgentID, query.Before, len(found))
}

// CountMemories implements core.MemoryStore.
func (d *Database) CountMemories(ctx context.Context, query core.MemoryQuery) (int, error) {
	c, from, err := memoriesFrom(query, false)
	if err != nil || from == "" {
		return 0, err
	}
	counts, err := pgtx.Query(ctx, d.driver, "SELECT count(*)"+from, c.Args, pgtx.ScanOne[int])
	if err != nil {
		return 0, pgtx.Explain("could not count memories of type "+value.Quote(query.Type), err)
	}
	return counts[0], nil
}

// memoriesFrom returns the FROM and WHERE of a query, empty if nothing can
// match. A page of several rooms is merged from the newest of each room, which
// the index has in order; otherwise all memories of all rooms would be sorted.
func memoriesFrom(query core.MemoryQuery, page bool) (*search.Conditions, string, error) {
	f := search.Filter{
		Agent: query.AgentID, Type: query.Type, Room: query.RoomID, World: query.WorldID, Entity: query.EntityID,
		Since: query.Since, Until: query.Until, Metadata: query.Metadata, Unique: query.Unique,
	}
	if err := f.Check("a query of memories"); err != nil {
		return nil, "", err
	}
	if query.RoomIDs != nil && len(query.RoomIDs) == 0 {
		return nil, "", nil
	}
	c := &search.Conditions{}
	c.FilterShared("m", &f)
	if err := c.FilterMemory(&f); err != nil {
		return nil, "", err
	}
	if query.Unembedded {
		c.And("NOT EXISTS (SELECT FROM public.embeddings e WHERE e.memory_id = m.id)")
	}
	if page && query.Before != uuid.Nil {
		c.And(`(m.created_at, m.id) < (SELECT last.created_at, last.id FROM public.memories last
			WHERE last.id = %s::uuid AND last.agent_id = %s::uuid)`, query.Before, query.AgentID)
	}
	switch {
	case query.RoomIDs == nil:
		return c, " FROM public.memories m WHERE " + c.String(), nil
	case !page:
		c.And("m.room_id = ANY(%s::text[]::uuid[])", value.IDTexts(query.RoomIDs))
		return c, " FROM public.memories m WHERE " + c.String(), nil
	}
	return c, fmt.Sprintf(` FROM (SELECT DISTINCT unnest(%s::text[]::uuid[]) AS id) r
		CROSS JOIN LATERAL (
			SELECT m.* FROM public.memories m WHERE m.room_id = r.id AND %s
			ORDER BY m.created_at DESC, m.id DESC LIMIT %s::bigint + %s::bigint
		) m`, c.Arg(value.IDTexts(query.RoomIDs)), c.String(), c.Arg(query.Limit), c.Arg(query.Offset)), nil
}

// DeleteMemory implements core.MemoryStore.
func (d *Database) DeleteMemory(ctx context.Context, id uuid.UUID) error {
	n, err := d.DeleteMemories(ctx, []uuid.UUID{id})
	if err == nil && n == 0 {
		err = fmt.Errorf("sql: memory %s: %w", id, core.ErrNotFound)
	}
	return err
}

// DeleteMemories implements core.MemoryStore.
func (d *Database) DeleteMemories(ctx context.Context, ids []uuid.UUID) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	return d.deleteMemories(ctx, "m.id = ANY($1::text[]::uuid[])", value.IDTexts(ids))
}

// DeleteRoomMemories implements core.MemoryStore.
func (d *Database) DeleteRoomMemories(ctx context.Context, roomID uuid.UUID, memoryType string) (int, error) {
	if memoryType == "" {
		return 0, value.Invalid("sql: memories of room %s cannot be deleted without a type: name it, core.MemoryMessages for messages", roomID)
	}
	n, err := d.deleteMemories(ctx, `m.room_id = $1::uuid AND m.type = $2::text
		AND m.agent_id = (SELECT COALESCE(r.agent_id, m.agent_id) FROM public.rooms r WHERE r.id = $1::uuid)`, roomID, memoryType)
	if err != nil {
		return 0, err
	}
	return n, d.checkExists(ctx, "rooms", roomID, n)
}

// deleteMemories deletes memories and their fragments by one statement. Vectors
// are deleted by their foreign key. Fragments are found by the index on
// documentId.
func (d *Database) deleteMemories(ctx context.Context, where string, args ...any) (int, error) {
	counts, err := pgtx.ExecReturning(ctx, d.driver, `
		WITH doomed AS (SELECT m.id, m.agent_id FROM public.memories m WHERE `+where+`),
		parts AS (
			SELECT f.id FROM doomed JOIN public.memories f
			ON f.metadata ->> 'documentId' = doomed.id::text AND f.agent_id = doomed.agent_id
		),
		gone AS (
			DELETE FROM public.memories m
			WHERE m.id IN (SELECT id FROM doomed UNION SELECT id FROM parts)
			RETURNING m.id
		)
		SELECT count(*) FROM gone JOIN doomed USING (id)`, args, pgtx.ScanOne[int])
	if err != nil {
		return 0, pgtx.Explain("could not delete memories", err)
	}
	return counts[0], nil
}
