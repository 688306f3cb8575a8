package sql

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	stdsql "database/sql"

	"github.com/google/uuid"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
)

// SearchMemories implements core.MemoryStore. It compares the vector with all
// that pass the filters, so that it finds the nearest for certain, and as many
// as there are; the HNSW indexes would be faster on large tables, but lose rows
// behind a narrow filter.
func (d *Database) SearchMemories(ctx context.Context, search core.MemorySearch) ([]*core.Memory, error) {
	if err := checkVector(search.Vector); err != nil {
		return nil, err
	}
	if search.Limit < 0 {
		return nil, fmt.Errorf("sql: a search for %d memories: the limit may not be negative", search.Limit)
	}
	if search.Limit == 0 {
		search.Limit = 10
	}
	threshold := search.Threshold
	if threshold <= 0 {
		threshold = math.Inf(-1)
	}
	rows, err := d.driver.QueryContext(ctx, searchSQL(len(search.Vector)),
		pgvector.NewVector(search.Vector), search.AgentID, search.Type,
		optional(search.RoomID), optional(search.EntityID), threshold, search.Limit)
	if err != nil {
		return nil, explain("could not search memories", err)
	}
	defer rows.Close()
	var found []*core.Memory
	for rows.Next() {
		m, err := scanHit(rows)
		if err != nil {
			return nil, explain("could not read a memory that was found", err)
		}
		found = append(found, m)
	}
	return found, explain("could not search memories", rows.Err())
}

// searchSQL is by hand because ent has no word for a distance. The distances
// are computed in a materialised step of their own: without it the planner may
// take the HNSW index and filter afterwards.
func searchSQL(length int) string {
	return fmt.Sprintf(`
WITH hits AS MATERIALIZED (
	SELECT e.memory_id, e.%s OPERATOR(public.<=>) $1 AS distance
	FROM public.embeddings e
	JOIN public.memories m ON m.id = e.memory_id
	WHERE m.agent_id = $2 AND m.type = $3
		AND ($4::uuid IS NULL OR m.room_id = $4)
		AND ($5::uuid IS NULL OR m.entity_id = $5)
		AND e.%[1]s IS NOT NULL
)
SELECT m.id, m.type, m.agent_id, m.entity_id, m.room_id, m.world_id, m.created_at, m.content, m.metadata,
	1 - h.distance
FROM hits h
JOIN public.memories m ON m.id = h.memory_id
WHERE 1 - h.distance >= $6
ORDER BY h.distance, m.created_at DESC, m.id
LIMIT $7`, vectorColumn(length))
}

func scanHit(rows *stdsql.Rows) (*core.Memory, error) {
	var (
		m                   core.Memory
		entity, room, world uuid.NullUUID
		content, metadata   []byte
	)
	err := rows.Scan(&m.ID, &m.Type, &m.AgentID, &entity, &room, &world, &m.CreatedAt, &content, &metadata, &m.Similarity)
	if err != nil {
		return nil, err
	}
	m.EntityID, m.RoomID, m.WorldID = entity.UUID, room.UUID, world.UUID
	if err := json.Unmarshal(content, &m.Content); err != nil {
		return nil, err
	}
	return &m, json.Unmarshal(metadata, &m.Metadata)
}
