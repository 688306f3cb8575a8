package sql

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// UpdateMemory implements core.MemoryStore.
func (d *Database) UpdateMemory(ctx context.Context, update core.MemoryUpdate) error {
	if update.ID == uuid.Nil {
		return value.Invalid("sql: an update of a memory has no ID: set MemoryUpdate.ID")
	}
	var content, metadata *string
	if update.Content != nil {
		text, err := contentJSON(*update.Content)
		if err != nil {
			return err
		}
		content = &text
	}
	if update.Metadata != nil {
		if err := checkKind(*update.Metadata); err != nil {
			return err
		}
		text, err := metadataJSON(*update.Metadata)
		if err != nil {
			return err
		}
		metadata = &text
	}
	if len(update.Embedding) == 0 {
		return d.updateMemory(ctx, update.ID, content, metadata)
	}
	if err := search.CheckVector(update.Embedding); err != nil {
		return err
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if err := t.updateMemory(ctx, update.ID, content, metadata); err != nil {
			return err
		}
		return t.SetEmbedding(ctx, update.ID, update.Embedding)
	})
}

// updateMemory sets the content and the metadata that are not nil.
func (d *Database) updateMemory(ctx context.Context, id uuid.UUID, content, metadata *string) error {
	const update = `
		UPDATE public.memories
		SET content = COALESCE($2::jsonb, content), metadata = COALESCE($3::jsonb, metadata), updated_at = now()
		WHERE id = $1::uuid`
	var n int64
	var err error
	if content == nil {
		n, err = pgtx.Exec(ctx, d.driver, update, id, content, metadata)
	} else {
		var changed []int64
		// The agent is locked first, as by all other statements.
		changed, err = pgtx.ExecReturning(ctx, d.driver, "WITH "+discardTargetSQL+", changed AS ("+update+` AND (SELECT count(*) FROM agent) >= 0 RETURNING id)
			SELECT count(*) FROM changed`, []any{id, content, metadata}, pgtx.ScanOne[int64])
		if err == nil {
			n = changed[0]
		}
	}
	if err == nil && n == 0 {
		return fmt.Errorf("sql: memory %s: %w", id, core.ErrNotFound)
	}
	return pgtx.Explain("could not update memory "+id.String(), err)
}

// discardTargetSQL is CTEs that remove the rebuilt vector of memory $1, if the
// agent's vectors are being rebuilt, so that it is made of the new text. A
// vector that is being saved is waited for; one that is being computed is
// outdated by updated_at. The lock on the agent makes a rebuild that begins
// wait. A memory's only vector was given with it, not rebuilt from its text,
// and stays.
var discardTargetSQL = func() string {
	var all, set []string
	for _, n := range search.Dimensions {
		all = append(all, "e."+search.Column(n))
	}
	for _, n := range search.Dimensions {
		set = append(set, fmt.Sprintf("%[1]s = CASE WHEN agent.target = %[2]d AND num_nonnulls(%[3]s) > 1 THEN NULL ELSE e.%[1]s END",
			search.Column(n), n, strings.Join(all, ", ")))
	}
	return `agent AS MATERIALIZED (
			SELECT a.embedding_target AS target FROM public.agents a
			WHERE a.id = (SELECT agent_id FROM public.memories WHERE id = $1::uuid)
			FOR KEY SHARE
		), stale AS (
			UPDATE public.embeddings e SET updated_at = now(), ` + strings.Join(set, ", ") + `
			FROM agent WHERE e.memory_id = $1::uuid AND agent.target IS NOT NULL
		)`
}()
