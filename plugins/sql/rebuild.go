package sql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
)

// A rebuild with another dimension is written down in the agent's row: from the
// first statement on, embedding_target says what is being made. The new vectors
// stand beside the old ones. When none is missing, one transaction makes the
// target the dimension (switchOver); until then nothing but the column that is
// searched has been left alone. The old vectors go at last.

// EmbeddingState implements core.EmbeddingStore.
func (d *Database) EmbeddingState(ctx context.Context, agentID uuid.UUID) (core.EmbeddingState, error) {
	vectors, err := d.agentVectors(ctx, agentID, "")
	if err != nil {
		return core.EmbeddingState{}, err
	}
	state := core.EmbeddingState{Dimension: vectors.dimension, Target: vectors.target}
	done := "0"
	if state.Target != 0 {
		done = "count(" + vectorColumn(state.Target) + ")"
	}
	_, err = collect(ctx, d.driver, `SELECT count(*), `+done+` FROM public.embeddings WHERE agent_id = $1::uuid`,
		[]any{agentID}, func(row scanner) (struct{}, error) { return struct{}{}, row.Scan(&state.Total, &state.Done) })
	return state, explain("could not count the embeddings of agent "+agentID.String(), err)
}

// RebuildEmbeddings implements core.EmbeddingStore.
func (d *Database) RebuildEmbeddings(ctx context.Context, how core.EmbeddingRebuild) error {
	if err := required(idField("EmbeddingRebuild.AgentID", how.AgentID)); err != nil {
		return err
	}
	if err := checkLength(how.Dimension); err != nil {
		return err
	}
	if how.Batch < 0 {
		return fmt.Errorf("sql: EmbeddingRebuild.Batch is %d: it may not be negative", how.Batch)
	}
	if d.driver.inTx() {
		return errors.New("sql: embeddings cannot be rebuilt inside InTx: it would hold its locks for as long as the model takes")
	}
	how.Batch = cmp.Or(how.Batch, 64)
	r := &rebuild{Database: d, EmbeddingRebuild: how}
	vectors, err := r.begin(ctx)
	if err != nil {
		return err
	}
	for vectors.target == how.Dimension {
		if err := r.tell(ctx); err != nil {
			return err
		}
		if err := r.fill(ctx); err != nil {
			return err
		}
		// Memories that came in the meantime are found missing.
		if vectors, err = r.switchOver(ctx); err != nil {
			return err
		}
	}
	if err := r.clean(ctx); err != nil {
		return err
	}
	return r.tell(ctx)
}

// rebuild is one that is under way.
type rebuild struct {
	*Database
	core.EmbeddingRebuild
}

func (r *rebuild) tell(ctx context.Context) error {
	if r.Progress == nil {
		return nil
	}
	state, err := r.EmbeddingState(ctx, r.AgentID)
	if err == nil {
		r.Progress(state)
	}
	return err
}

// explain names what could not be done.
func (r *rebuild) explain(err error) error {
	return explain("could not rebuild the embeddings of agent "+r.AgentID.String(), err)
}

// begin writes down what is to be done, or takes back what was begun.
func (r *rebuild) begin(ctx context.Context) (vectors agentVectors, err error) {
	err = r.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if vectors, err = t.agentVectors(ctx, r.AgentID, "FOR UPDATE"); err != nil {
			return err
		}
		switch {
		case vectors.dimension == r.Dimension:
			vectors.target = 0 // done already, or taken back
		case r.Embed == nil:
			return errors.New("sql: EmbeddingRebuild.Embed is missing: it is required")
		case vectors.dimension == 0:
			vectors.dimension = r.Dimension
		case vectors.target != 0 && vectors.target != r.Dimension:
			return fmt.Errorf("sql: %w: its vectors are being rebuilt with %d dimensions: let that end, or take it back by a rebuild with %d",
				core.ErrDimension, vectors.target, vectors.dimension)
		default:
			vectors.target = r.Dimension
		}
		_, err := t.driver.write(ctx, `UPDATE public.agents
			SET embedding_dimension = $2::int, embedding_target = NULLIF($3::int, 0) WHERE id = $1::uuid`,
			r.AgentID, vectors.dimension, vectors.target)
		return r.explain(err)
	})
	return vectors, err
}

// missing is a vector that is to be made: its row, of which version, and of
// which text.
type missing struct {
	id      uuid.UUID
	version string
	text    string
}

// fill makes vectors until none is missing.
func (r *rebuild) fill(ctx context.Context) error {
	column := vectorColumn(r.Dimension)
	last := uuid.Nil
	for {
		batch, err := collect(ctx, r.driver, `
			SELECT e.id, `+embeddingVersion+`, m.content ->> 'text'
			FROM public.embeddings e JOIN public.memories m ON m.id = e.memory_id
			WHERE e.agent_id = $1::uuid AND e.`+column+` IS NULL AND e.id > $2::uuid AND `+hasText+`
			ORDER BY e.id LIMIT $3::bigint`,
			[]any{r.AgentID, last, r.Batch}, func(row scanner) (m missing, err error) {
				err = row.Scan(&m.id, &m.version, &m.text)
				return m, err
			})
		if err != nil {
			return r.explain(err)
		}
		if len(batch) == 0 {
			return nil
		}
		if err := r.fillBatch(ctx, batch); err != nil {
			return err
		}
		if err := r.tell(ctx); err != nil {
			return err
		}
		last = batch[len(batch)-1].id
	}
}

// embeddingVersion changes with a vector that is set and with its memory, but not
// where the indexer rewrites the row.
const embeddingVersion = `extract(epoch FROM e.updated_at)::text || '/' || m.xmin::text`

// hasText is true of memories that a model can be asked for.
const hasText = `COALESCE(m.content ->> 'text', '') ~ '[^[:space:]]'`

// fillBatch makes and saves the vectors of a batch. A row that was changed
// while the model worked is left for the next round: its text may be another.
func (r *rebuild) fillBatch(ctx context.Context, batch []missing) error {
	texts := make([]string, len(batch))
	for i, m := range batch {
		texts[i] = m.text
	}
	vectors, err := r.Embed(ctx, texts)
	if err != nil {
		return fmt.Errorf("sql: the embedding model failed; what is made so far stays, and the next rebuild goes on from here: %w", err)
	}
	if len(vectors) != len(texts) {
		return fmt.Errorf("sql: the embedding model made %d vectors of %d texts", len(vectors), len(texts))
	}
	for _, vector := range vectors {
		if err := checkVector(vector); err != nil {
			return err
		}
		if len(vector) != r.Dimension {
			return fmt.Errorf("sql: %w: the embedding model makes vectors of %d dimensions, not of %d: set its dimensions, or rebuild with %d",
				core.ErrDimension, len(vector), r.Dimension, len(vector))
		}
	}
	return r.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		for i, m := range batch {
			if _, err := t.driver.write(ctx, `UPDATE public.embeddings e
				SET `+vectorColumn(r.Dimension)+` = $3::public.vector, updated_at = now()
				FROM public.memories m
				WHERE e.id = $1::uuid AND m.id = e.memory_id AND `+embeddingVersion+` = $2::text
					AND EXISTS (SELECT FROM public.agents a WHERE a.id = e.agent_id AND a.embedding_target = $4::int)`,
				m.id, m.version, pgvector.NewVector(vectors[i]), r.Dimension); err != nil {
				return r.explain(err)
			}
		}
		return nil
	})
}

// switchOver makes the target the dimension, if no vector is missing. The lock
// on the agent waits for every transaction that has created a memory of it, as
// each has locked the agent for its foreign key; those that come wait in turn,
// and then see the new dimension.
func (r *rebuild) switchOver(ctx context.Context) (vectors agentVectors, err error) {
	err = r.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if vectors, err = t.agentVectors(ctx, r.AgentID, "FOR UPDATE"); err != nil {
			return err
		}
		if vectors.target != r.Dimension {
			if vectors.dimension == r.Dimension {
				return nil // another call was first
			}
			return fmt.Errorf("sql: %w: the rebuild with %d dimensions was taken back", core.ErrDimension, r.Dimension)
		}
		left, err := change(ctx, t.driver, `SELECT EXISTS (
			SELECT FROM public.embeddings e JOIN public.memories m ON m.id = e.memory_id
			WHERE e.agent_id = $1::uuid AND e.`+vectorColumn(r.Dimension)+` IS NULL AND `+hasText+`)`,
			[]any{r.AgentID}, scanOne[bool])
		if err != nil || left[0] {
			return r.explain(err)
		}
		vectors = agentVectors{dimension: r.Dimension}
		_, err = t.driver.write(ctx, `UPDATE public.agents
			SET embedding_dimension = $2::int, embedding_target = NULL WHERE id = $1::uuid`, r.AgentID, r.Dimension)
		return r.explain(err)
	})
	return vectors, err
}

// cleanBatch is how many rows one statement cleans: each has its vector
// inserted into the index anew.
const cleanBatch = 500

// clean deletes the vectors of other lengths than the agent's.
func (r *rebuild) clean(ctx context.Context) error {
	var others, cleared []string
	for _, n := range columnLengths {
		if n != r.Dimension {
			others = append(others, "e."+vectorColumn(n))
			cleared = append(cleared, vectorColumn(n)+" = NULL")
		}
	}
	column := vectorColumn(r.Dimension)
	for {
		if err := ctx.Err(); err != nil {
			return r.explain(err)
		}
		counts, err := change(ctx, r.driver, `
			WITH old AS (
				SELECT e.id FROM public.embeddings e
				WHERE e.agent_id = $1::uuid AND num_nonnulls(`+strings.Join(others, ", ")+`) > 0 LIMIT $2::bigint
			), deleted AS (
				DELETE FROM public.embeddings e USING old WHERE e.id = old.id AND e.`+column+` IS NULL RETURNING e.id
			), cleared AS (
				UPDATE public.embeddings e SET `+strings.Join(cleared, ", ")+`
				FROM old WHERE e.id = old.id AND e.`+column+` IS NOT NULL RETURNING e.id
			)
			SELECT (SELECT count(*) FROM deleted) + (SELECT count(*) FROM cleared)`,
			[]any{r.AgentID, cleanBatch}, scanOne[int])
		if err != nil {
			return r.explain(err)
		}
		if counts[0] == 0 {
			return nil
		}
	}
}
