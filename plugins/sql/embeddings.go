package sql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// agentVectors are the dimensions of an agent's vectors; zero: none.
type agentVectors struct {
	dimension, target int
	model             string // that makes those of the target, where it is known
	program           string // Config.Program
}

// accepts reports whether the agent may get a vector of this dimension.
func (v agentVectors) accepts(length int) bool { return length == v.dimension || length == v.target }

// refusal returns the error for a vector of a dimension that the agent does not
// accept, or cannot be searched for.
func (v agentVectors) refusal(length int) error {
	switch {
	case length == v.target:
		return fmt.Errorf("sql: %w: its vectors are being rebuilt with %d dimensions: search with %d until that ends",
			core.ErrDimension, v.target, v.dimension)
	case v.target != 0:
		return fmt.Errorf("sql: %w: its vectors have %d dimensions and are being rebuilt with %d, this one has %d: use the embedding model of either",
			core.ErrDimension, v.dimension, v.target, length)
	}
	return fmt.Errorf("sql: %w: its vectors have %d dimensions, this one has %d: use the embedding model that it had, "+
		"or give it other vectors with `%s embeddings rebuild --dimensions %d`", core.ErrDimension, v.dimension, length, v.program, length)
}

// checkDimension is called for a search without hits. It returns
// core.ErrDimension if the vector has another dimension than the agent's.
func (d *Database) checkDimension(ctx context.Context, agentID uuid.UUID, length int) error {
	vectors, err := d.agentVectors(ctx, agentID, "")
	switch {
	case errors.Is(err, core.ErrNotFound):
		return nil
	case err == nil && vectors.dimension != 0 && vectors.dimension != length:
		return vectors.refusal(length)
	}
	return err
}

// agentVectors reads the dimensions of an agent. The row lock is the one that a
// foreign key takes, and waits only for a rebuild that is about to end.
func (d *Database) agentVectors(ctx context.Context, agentID uuid.UUID, lock string) (agentVectors, error) {
	// A query that locks is not retried.
	read := pgtx.ExecReturning[agentVectors]
	if lock == "" {
		read = pgtx.Query[agentVectors]
	}
	found, err := read(ctx, d.driver, `SELECT COALESCE(embedding_dimension, 0), COALESCE(embedding_target, 0), COALESCE(embedding_target_model, '')
		FROM public.agents WHERE id = $1::uuid `+lock, []any{agentID}, func(row pgtx.Scanner) (v agentVectors, err error) {
		err = row.Scan(&v.dimension, &v.target, &v.model)
		return v, err
	})
	if err != nil {
		return agentVectors{}, pgtx.Explain("could not look up the embedding dimension of agent "+agentID.String(), err)
	}
	if len(found) == 0 {
		return agentVectors{}, fmt.Errorf("sql: agent %s: %w", agentID, core.ErrNotFound)
	}
	found[0].program = d.program
	return found[0], nil
}

// claimDimension sets the dimension of an agent without vectors, or checks the
// one that it has. Zero claims nothing. Of two concurrent calls the second
// waits for the first, and sees its result.
func (d *Database) claimDimension(ctx context.Context, agentID uuid.UUID, length int) (agentVectors, error) {
	if length > 0 {
		if _, err := pgtx.Exec(ctx, d.driver, `UPDATE public.agents SET embedding_dimension = $2::int
			WHERE id = $1::uuid AND embedding_dimension IS NULL`, agentID, length); err != nil {
			return agentVectors{}, pgtx.Explain("could not set the embedding dimension of agent "+agentID.String(), err)
		}
	}
	vectors, err := d.agentVectors(ctx, agentID, "FOR KEY SHARE")
	if err == nil && length > 0 && !vectors.accepts(length) {
		err = vectors.refusal(length)
	}
	return vectors, err
}

// SetEmbedding implements core.MemoryStore.
func (d *Database) SetEmbedding(ctx context.Context, memoryID uuid.UUID, vector []float32) error {
	if err := search.CheckVector(vector); err != nil {
		return err
	}
	what := "could not save the embedding of memory " + memoryID.String()
	defer d.indexer.notify(1)
	args := []any{memoryID, core.NewID(), pgvector.NewVector(vector)}
	saved, err := pgtx.Exec(ctx, d.driver, settledVectorSQL(len(vector)), append(args, len(vector))...)
	if err != nil || saved > 0 {
		return pgtx.Explain(what, err)
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		owners, err := pgtx.ExecReturning(ctx, t.driver, `SELECT agent_id FROM public.memories WHERE id = $1::uuid`,
			[]any{memoryID}, pgtx.ScanOne[uuid.UUID])
		if err != nil {
			return pgtx.Explain(what, err)
		}
		if len(owners) == 0 {
			return fmt.Errorf("sql: memory %s: %w", memoryID, core.ErrNotFound)
		}
		vectors, err := t.claimDimension(ctx, owners[0], len(vector))
		if err != nil {
			return err
		}
		_, err = pgtx.Exec(ctx, t.driver, upsertVectorSQL(len(vector), vectors, ""), args...)
		return pgtx.Explain(what, err)
	})
}

// settledVectorSQL is upsertVectorSQL for an agent whose vectors have this
// dimension and are not being rebuilt, which is nearly always so. Of another one
// it saves nothing. The lock is the one of claimDimension.
func settledVectorSQL(length int) string {
	return `WITH agent AS MATERIALIZED (
	SELECT id FROM public.agents
	WHERE id = (SELECT agent_id FROM public.memories WHERE id = $1::uuid)
		AND embedding_dimension = $4::int AND embedding_target IS NULL
	FOR KEY SHARE
)` + upsertVectorSQL(length, agentVectors{dimension: length}, "JOIN agent a ON a.id = m.agent_id")
}

// upsertVectorSQL replaces the vector of a memory. During a rebuild, a vector
// of the target dimension leaves the searched one in place; one of the old
// dimension removes that of the target, so that it is rebuilt. The row is no
// longer indexed: the index has its old vector.
func upsertVectorSQL(length int, vectors agentVectors, join string) string {
	var clear strings.Builder
	for _, n := range search.Dimensions {
		kept := length == vectors.target && n == vectors.dimension
		if n != length && !kept {
			fmt.Fprintf(&clear, ", %s = NULL", search.Column(n))
		}
	}
	return fmt.Sprintf(`
INSERT INTO public.embeddings AS e (id, memory_id, agent_id, type, entity_id, room_id, world_id, created_at, %[1]s)
SELECT $2::uuid, m.id, m.agent_id, m.type, m.entity_id, m.room_id, m.world_id, m.created_at, $3::@pgvector.vector
FROM public.memories m %[3]s WHERE m.id = $1::uuid
ON CONFLICT (memory_id) DO UPDATE SET updated_at = now(), indexed = false, %[1]s = EXCLUDED.%[1]s%[2]s`,
		search.Column(length), clear.String(), join)
}
