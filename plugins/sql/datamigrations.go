package sql

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// dataMigrations returns the changes of data that databases of earlier versions
// need.
func dataMigrations(program string, log *zap.Logger) []core.DataMigration {
	return []core.DataMigration{
		{Name: "2026-11-embeddings-filters", Position: core.BeforeSchema, Run: fillFilters},
		{Name: "2026-11-embeddings-indexed", Position: core.BeforeSchema, Run: fillIndexed},
		{Name: "2026-11-embedding-dimension", Position: core.AfterSchema, Run: func(ctx context.Context, tx core.Querier) error {
			return fillDimensions(ctx, tx, program, log)
		}},
	}
}

// fillFilters copies the values that searches filter by from memories to
// embeddings. It adds the columns itself, since the schema declares them NOT
// NULL. The HNSW indexes are dropped first: every row is rewritten, and
// building an index is several times faster than inserting into it.
func fillFilters(ctx context.Context, tx core.Querier) error {
	var there bool
	err := tx.QueryRowContext(ctx, `SELECT to_regclass('public.embeddings') IS NOT NULL
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
			WHERE attrelid = to_regclass('public.embeddings') AND attname = 'agent_id' AND NOT attisdropped)`).Scan(&there)
	if err != nil || !there {
		return err
	}
	var statements []string
	for _, n := range search.Dimensions {
		statements = append(statements, fmt.Sprintf("DROP INDEX IF EXISTS public.idx_embeddings_dim_%d", n))
	}
	statements = append(statements,
		`ALTER TABLE public.embeddings ADD COLUMN agent_id uuid, ADD COLUMN type text,
			ADD COLUMN entity_id uuid, ADD COLUMN room_id uuid, ADD COLUMN world_id uuid`,
		`UPDATE public.embeddings e SET agent_id = m.agent_id, type = m.type, entity_id = m.entity_id,
			room_id = m.room_id, world_id = m.world_id, created_at = m.created_at
		FROM public.memories m WHERE m.id = e.memory_id`)
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("embeddings: %w", err)
		}
	}
	return nil
}

// fillIndexed marks existing rows as indexed, so that the index is built over
// all of them at once.
func fillIndexed(ctx context.Context, tx core.Querier) error {
	_, err := tx.ExecContext(ctx, `ALTER TABLE IF EXISTS public.embeddings ADD COLUMN IF NOT EXISTS indexed boolean NOT NULL DEFAULT true`)
	if err != nil {
		return fmt.Errorf("embeddings: %w", err)
	}
	return nil
}

// fillDimensions sets the dimension of each agent: that of most of its vectors,
// or of equally many the one with the newest. elizaOS allows an agent several.
func fillDimensions(ctx context.Context, tx core.Querier, program string, log *zap.Logger) error {
	var lengths []string
	for _, n := range search.Dimensions {
		lengths = append(lengths, fmt.Sprintf("(%d, e.dim_%[1]d IS NOT NULL)", n))
	}
	counted := `WITH counted AS (
			SELECT e.agent_id, has.length, count(*) AS vectors, max(e.created_at) AS newest
			FROM public.embeddings e CROSS JOIN LATERAL (VALUES ` + strings.Join(lengths, ", ") + `) has(length, it)
			WHERE has.it GROUP BY e.agent_id, has.length
		) `
	if _, err := tx.ExecContext(ctx, counted+`
		UPDATE public.agents a SET embedding_dimension = (
			SELECT c.length FROM counted c WHERE c.agent_id = a.id ORDER BY c.vectors DESC, c.newest DESC, c.length LIMIT 1)
		WHERE a.embedding_dimension IS NULL`); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, counted+`
		SELECT a.id, a.name, a.embedding_dimension, sum(c.vectors) FROM counted c JOIN public.agents a ON a.id = c.agent_id
		WHERE c.length NOT IN (a.embedding_dimension, COALESCE(a.embedding_target, 0)) GROUP BY a.id ORDER BY a.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			id, name          string
			dimension, others int
		)
		if err := rows.Scan(&id, &name, &dimension, &others); err != nil {
			return err
		}
		log.Warn("an agent has vectors of several dimensions, and searches find those of one: rebuild the others"+
			" with `"+program+" embeddings rebuild --dimensions N`, where N is the dimension of its embedding model",
			zap.String("agent", name), zap.String("agent_id", id),
			zap.Int("dimensions", dimension), zap.Int("vectors_of_other_lengths", others))
	}
	return rows.Err()
}
