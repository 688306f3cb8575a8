package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// missingVector is a vector to be made: the id and version of its row, and its
// text.
type missingVector struct {
	id      uuid.UUID
	version string
	text    string
}

// fill makes vectors until none is missing, and returns how many it found
// missing and how many it made.
func (r *rebuild) fill(ctx context.Context) (found, made int, err error) {
	column := search.Column(r.Dimension)
	last := uuid.Nil
	for {
		batch, err := pgtx.Query(ctx, r.driver, `
			SELECT e.id, `+rowVersionSQL+`, m.content ->> 'text'
			FROM public.embeddings e JOIN public.memories m ON m.id = e.memory_id
			WHERE e.agent_id = $1::uuid AND e.`+column+` IS NULL AND e.id > $2::uuid AND `+hasTextSQL+`
			ORDER BY e.id LIMIT $3::bigint`,
			[]any{r.AgentID, last, r.Batch}, func(row pgtx.Scanner) (m missingVector, err error) {
				err = row.Scan(&m.id, &m.version, &m.text)
				return m, err
			})
		if err != nil {
			return found, made, r.explain(err)
		}
		if len(batch) == 0 {
			return found, made, nil
		}
		n, err := r.fillBatch(ctx, batch)
		if err != nil {
			return found, made, err
		}
		r.reportBatch(n)
		found, made = found+len(batch), made+n
		last = batch[len(batch)-1].id
	}
}

// rowVersionSQL changes with the vector and the memory of a row, but not when
// the indexer updates it.
const rowVersionSQL = `extract(epoch FROM e.updated_at)::text || '/' || m.xmin::text`

// hasTextSQL holds for memories with a text to embed.
const hasTextSQL = `COALESCE(m.content ->> 'text', '') ~ '[^[:space:]]'`

// fillBatch makes and saves the vectors of a batch, and returns their number. A
// row that was changed in between, or is locked, is left for the next round:
// its text may be another.
func (r *rebuild) fillBatch(ctx context.Context, batch []missingVector) (int, error) {
	texts := make([]string, len(batch))
	for i, m := range batch {
		texts[i] = m.text
	}
	vectors, err := r.Embed(ctx, texts)
	if err != nil {
		return 0, fmt.Errorf("sql: the embedding model failed; what is made so far stays, and the next rebuild goes on from here: %w", err)
	}
	if len(vectors) != len(texts) {
		return 0, fmt.Errorf("sql: the embedding model made %d vectors of %d texts", len(vectors), len(texts))
	}
	for _, vector := range vectors {
		if err := search.CheckVector(vector); err != nil {
			return 0, err
		}
		if len(vector) != r.Dimension {
			return 0, fmt.Errorf("sql: %w: the embedding model makes vectors of %d dimensions, not of %d: set its dimensions, or rebuild with %d",
				core.ErrDimension, len(vector), r.Dimension, len(vector))
		}
	}
	ids, versions := make([]string, len(batch)), make([]string, len(batch))
	for i, m := range batch {
		ids[i], versions[i] = m.id.String(), m.version
	}
	made, err := pgtx.Exec(ctx, r.driver, r.saveSQL(), r.AgentID, r.now.dimension, r.now.target, ids, versions, slices.Concat(vectors...))
	return int(made), r.explain(err)
}

// saveSQL saves vectors, which come one after the other in one array. It saves
// nothing if the agent's dimensions have changed; the lock makes a change wait.
// Vectors of other dimensions than the two are deleted.
func (r *rebuild) saveSQL() string {
	var set strings.Builder
	for _, n := range search.Dimensions {
		if n != r.Dimension && n != r.now.dimension {
			fmt.Fprintf(&set, ", %s = NULL", search.Column(n))
		}
	}
	return fmt.Sprintf(`
WITH agent AS MATERIALIZED (
	SELECT a.id FROM public.agents a
	WHERE a.id = $1::uuid AND a.embedding_dimension = $2::int AND COALESCE(a.embedding_target, 0) = $3::int
	FOR KEY SHARE
), made AS MATERIALIZED (
	SELECT e.id, i.n FROM unnest($4::text[]::uuid[], $5::text[]) WITH ORDINALITY AS i(id, version, n)
		JOIN public.embeddings e ON e.id = i.id
		JOIN public.memories m ON m.id = e.memory_id
	WHERE `+rowVersionSQL+` = i.version AND EXISTS (SELECT FROM agent)
	FOR NO KEY UPDATE OF e SKIP LOCKED
)
UPDATE public.embeddings e
SET %s = (($6::float4[])[(made.n - 1) * %[2]d + 1 : made.n * %[2]d])::@pgvector.vector, updated_at = now()%[3]s
FROM made WHERE e.id = made.id`, search.Column(r.Dimension), r.Dimension, set.String())
}

// cleanBatch is the number of rows that one statement cleans: each has its
// vector inserted into the index again.
const cleanBatch = 500

// clean deletes the vectors of other dimensions than the agent's, unless the
// next rebuild has begun.
func (r *rebuild) clean(ctx context.Context) error {
	var others, cleared []string
	for _, n := range search.Dimensions {
		if n != r.Dimension {
			others = append(others, "e."+search.Column(n))
			cleared = append(cleared, search.Column(n)+" = NULL")
		}
	}
	column := search.Column(r.Dimension)
	last := uuid.Nil
	for {
		if err := ctx.Err(); err != nil {
			return r.explain(err)
		}
		cleaned, err := pgtx.ExecReturning(ctx, r.driver, `
			WITH agent AS MATERIALIZED (
				SELECT a.id FROM public.agents a
				WHERE a.id = $1::uuid AND a.embedding_dimension = $4::int AND a.embedding_target IS NULL
				FOR KEY SHARE
			), old AS MATERIALIZED (
				SELECT e.id FROM public.embeddings e
				WHERE e.agent_id = $1::uuid AND e.id > $3::uuid AND num_nonnulls(`+strings.Join(others, ", ")+`) > 0
					AND EXISTS (SELECT FROM agent)
				ORDER BY e.id LIMIT $2::bigint
			), deleted AS (
				DELETE FROM public.embeddings e USING old WHERE e.id = old.id AND e.`+column+` IS NULL
			), cleared AS (
				UPDATE public.embeddings e SET `+strings.Join(cleared, ", ")+`
				FROM old WHERE e.id = old.id AND e.`+column+` IS NOT NULL
			)
			SELECT id FROM old ORDER BY id DESC LIMIT 1`,
			[]any{r.AgentID, cleanBatch, last, r.Dimension}, pgtx.ScanOne[uuid.UUID])
		if err != nil {
			return r.explain(err)
		}
		if len(cleaned) == 0 {
			return nil
		}
		last = cleaned[0]
	}
}
