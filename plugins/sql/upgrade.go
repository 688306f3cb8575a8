package sql

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/core"
)

// upgrades are what the rows of earlier versions need.
var upgrades = []core.DataMigration{
	{Name: "2026-11-embeddings-filters", Position: core.BeforeSchema, Run: fillFilters},
	{Name: "2026-11-embeddings-indexed", Position: core.BeforeSchema, Run: fillIndexed},
	{Name: "2026-11-embedding-dimension", Position: core.AfterSchema, Run: fillDimensions},
}

// fillFilters gives the rows of embeddings the values of their memories that
// searches filter by. The columns are made here, since they must not be NULL
// once the schema has them. The HNSW indexes go before: every row is written
// anew, and to build an index is several times faster than to insert into it.
func fillFilters(ctx context.Context, tx core.Querier) error {
	var there bool
	err := tx.QueryRowContext(ctx, `SELECT to_regclass('public.embeddings') IS NOT NULL
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
			WHERE attrelid = to_regclass('public.embeddings') AND attname = 'agent_id' AND NOT attisdropped)`).Scan(&there)
	if err != nil || !there {
		return err
	}
	var statements []string
	for _, n := range columnLengths {
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

// fillIndexed lets the index be built over all rows that there are at once,
// instead of each being inserted.
func fillIndexed(ctx context.Context, tx core.Querier) error {
	_, err := tx.ExecContext(ctx, `ALTER TABLE IF EXISTS public.embeddings ADD COLUMN IF NOT EXISTS indexed boolean NOT NULL DEFAULT true`)
	if err != nil {
		return fmt.Errorf("embeddings: %w", err)
	}
	return nil
}

// fillDimensions says of each agent which length its vectors have.
func fillDimensions(ctx context.Context, tx core.Querier) error {
	var which strings.Builder
	for _, n := range columnLengths {
		fmt.Fprintf(&which, " WHEN e.dim_%d IS NOT NULL THEN %[1]d", n)
	}
	_, err := tx.ExecContext(ctx, `UPDATE public.agents a SET embedding_dimension = (
			SELECT CASE`+which.String()+` END FROM public.embeddings e WHERE e.agent_id = a.id LIMIT 1)
		WHERE a.embedding_dimension IS NULL`)
	return err
}
