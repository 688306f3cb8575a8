package sql

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// A rebuild with another dimension is recorded in the agent's row:
// embedding_target is the dimension of the vectors that are being made. They
// are stored beside the old ones, which searches use. When none is missing, one
// transaction makes the target the dimension (cutOver). The old vectors are
// deleted last.
//
// A column that is neither the dimension nor the target may contain vectors
// left by a rebuild that was killed, or by elizaOS. So no vector from before a
// rebuild counts as rebuilt.

// EmbeddingState implements core.EmbeddingStore.
func (d *Database) EmbeddingState(ctx context.Context, agentID uuid.UUID) (core.EmbeddingState, error) {
	vectors, err := d.agentVectors(ctx, agentID, "")
	if err != nil {
		return core.EmbeddingState{}, err
	}
	state := core.EmbeddingState{Dimension: vectors.dimension, Target: vectors.target}
	done := "0"
	if state.Target != 0 {
		done = "count(" + search.Column(state.Target) + ")"
	}
	_, err = pgtx.Query(ctx, d.driver, `SELECT count(*), `+done+` FROM public.embeddings WHERE agent_id = $1::uuid`,
		[]any{agentID}, func(row pgtx.Scanner) (struct{}, error) { return struct{}{}, row.Scan(&state.Total, &state.Done) })
	return state, pgtx.Explain("could not count the embeddings of agent "+agentID.String(), err)
}

// RebuildEmbeddings implements core.EmbeddingStore.
func (d *Database) RebuildEmbeddings(ctx context.Context, how core.EmbeddingRebuild) error {
	if err := value.Required(value.IDField("EmbeddingRebuild.AgentID", how.AgentID)); err != nil {
		return err
	}
	if err := search.CheckDimension(how.Dimension); err != nil {
		return err
	}
	if how.Batch < 0 {
		return value.Invalid("sql: EmbeddingRebuild.Batch is %d: it may not be negative", how.Batch)
	}
	if d.driver.InTx() {
		return value.Invalid("sql: embeddings cannot be rebuilt inside InTx: it would hold its locks for as long as the model takes")
	}
	how.Batch = cmp.Or(how.Batch, 64)
	how.Model = value.SanitizeText(how.Model)
	r := &rebuild{Database: d.on(d.driver.Unlimited()), EmbeddingRebuild: how}
	var err error
	if r.now, err = r.begin(ctx); err != nil {
		return err
	}
	for how.Embed != nil {
		done, err := r.round(ctx)
		if err != nil {
			return err
		}
		if done {
			break
		}
	}
	if err := r.clean(ctx); err != nil {
		return err
	}
	return r.reportAll(ctx)
}

// round makes the missing vectors, and reports whether none is missing any
// more. Memories that were created or changed in between are for the next
// round.
func (r *rebuild) round(ctx context.Context) (done bool, err error) {
	if err := r.reportAll(ctx); err != nil {
		return false, err
	}
	found, made, err := r.fill(ctx)
	if err != nil {
		return false, err
	}
	if r.now.target != 0 {
		r.now, err = r.cutOver(ctx)
		done = r.now.target == 0
	} else if done = found == 0; !done {
		// Vectors of other dimensions without a rebuild.
		var now agentVectors
		if now, err = r.agentVectors(ctx, r.AgentID, ""); err == nil && (now.dimension != r.Dimension || now.target != 0) {
			err = fmt.Errorf("sql: %w: another rebuild was begun in the meantime", core.ErrDimension)
		}
	}
	if err == nil && !done && found > 0 && made == 0 && !background.Sleep(ctx, time.Second) { // the rows of the missing ones are locked
		err = r.explain(ctx.Err())
	}
	return done, err
}

// rebuild is a running rebuild of an agent's vectors.
type rebuild struct {
	*Database
	core.EmbeddingRebuild
	now   agentVectors        // as its statements require it
	state core.EmbeddingState // as last reported to Progress
}

// reportAll counts the vectors and reports the progress.
func (r *rebuild) reportAll(ctx context.Context) (err error) {
	if r.Progress == nil {
		return nil
	}
	if r.state, err = r.EmbeddingState(ctx, r.AgentID); err == nil {
		r.Progress(r.state)
	}
	return err
}

// reportBatch reports the progress of a batch without counting all vectors,
// which would take longer and longer.
func (r *rebuild) reportBatch(made int) {
	if r.Progress == nil {
		return
	}
	if r.now.target != 0 {
		r.state.Done += made
	}
	r.Progress(r.state)
}

// explain names the rebuild in an error.
func (r *rebuild) explain(err error) error {
	return pgtx.Explain("could not rebuild the embeddings of agent "+r.AgentID.String(), err)
}

// begin records the rebuild in the agent's row, or reverts one that was begun.
func (r *rebuild) begin(ctx context.Context) (vectors agentVectors, err error) {
	last, begun := uuid.Nil, false
	for !begun && err == nil {
		err = r.InTx(ctx, func(tx core.Database) error {
			t := tx.(*Database)
			if vectors, err = t.agentVectors(ctx, r.AgentID, "FOR UPDATE"); err != nil {
				return err
			}
			if err := r.check(vectors); err != nil {
				return err
			}
			switch {
			case vectors.dimension == r.Dimension:
				vectors.target, vectors.model = 0, "" // done already, or reverted
			case vectors.dimension == 0:
				vectors.dimension = r.Dimension
			case vectors.target == 0:
				// Only a call that has discarded from the first row to the last may
				// begin; otherwise the loop goes on.
				again := last == uuid.Nil
				if last, err = r.discard(ctx, t, vectors.dimension, last); err != nil || last != uuid.Nil || !again {
					return err
				}
				vectors.target, vectors.model = r.Dimension, r.Model
			}
			begun = true
			_, err := pgtx.Exec(ctx, t.driver, `UPDATE public.agents
				SET embedding_dimension = $2::int, embedding_target = NULLIF($3::int, 0), embedding_target_model = NULLIF($4::text, '')
				WHERE id = $1::uuid`, r.AgentID, vectors.dimension, vectors.target, vectors.model)
			return r.explain(err)
		})
	}
	return vectors, err
}

// check returns an error if the rebuild would mix vectors that cannot be
// compared.
func (r *rebuild) check(vectors agentVectors) error {
	switch {
	case vectors.dimension == r.Dimension:
		return nil
	case r.Embed == nil:
		return value.Invalid("sql: EmbeddingRebuild.Embed is missing: it is required")
	case vectors.target != 0 && vectors.target != r.Dimension:
		return fmt.Errorf("sql: %w: its vectors are being rebuilt with %d dimensions: let that end, or revert it by a rebuild with %d",
			core.ErrDimension, vectors.target, vectors.dimension)
	case vectors.target != 0 && vectors.model != "" && r.Model != "" && vectors.model != r.Model:
		return fmt.Errorf("sql: %w: the rebuild with %d dimensions was begun with the model %s, not with %s: go on with that one, "+
			"or revert it by a rebuild with %d and begin again",
			core.ErrDimension, vectors.target, value.Quote(vectors.model), value.Quote(r.Model), vectors.dimension)
	}
	return nil
}

// discard deletes some vectors of the target dimension before a rebuild begins,
// as their text and model are unknown. It returns the last row, or zero at the
// end. A row without another vector gets one of zeros, which no search finds,
// so that it is rebuilt like the others.
func (r *rebuild) discard(ctx context.Context, t *Database, dimension int, after uuid.UUID) (last uuid.UUID, err error) {
	now, next := search.Column(dimension), search.Column(r.Dimension)
	rows, err := pgtx.ExecReturning(ctx, t.driver, fmt.Sprintf(`
		WITH old AS MATERIALIZED (
			SELECT e.id FROM public.embeddings e
			WHERE e.agent_id = $1::uuid AND e.%[2]s IS NOT NULL AND e.id > $2::uuid ORDER BY e.id LIMIT $3::bigint
		), forgotten AS (
			UPDATE public.embeddings e SET %[2]s = NULL, updated_at = now(),
				%[1]s = COALESCE(e.%[1]s, array_fill(0::float4, ARRAY[%[3]d])::@pgvector.vector)
			FROM old WHERE e.id = old.id
		)
		SELECT id FROM old ORDER BY id DESC LIMIT 1`, now, next, dimension), []any{r.AgentID, after, cleanBatch}, pgtx.ScanOne[uuid.UUID])
	if err != nil || len(rows) == 0 {
		return uuid.Nil, r.explain(err)
	}
	return rows[0], nil
}

// cutOver makes the target the dimension, if no vector is missing. The lock on
// the agent waits for every transaction that has created a memory of it, as
// each has locked the agent for its foreign key; later ones wait in turn, and
// see the new dimension.
func (r *rebuild) cutOver(ctx context.Context) (vectors agentVectors, err error) {
	err = r.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		if vectors, err = t.agentVectors(ctx, r.AgentID, "FOR UPDATE"); err != nil {
			return err
		}
		if vectors.target != r.Dimension {
			if vectors.dimension == r.Dimension {
				return nil // another call was first
			}
			return fmt.Errorf("sql: %w: the rebuild with %d dimensions was reverted", core.ErrDimension, r.Dimension)
		}
		left, err := pgtx.ExecReturning(ctx, t.driver, `SELECT EXISTS (
			SELECT FROM public.embeddings e JOIN public.memories m ON m.id = e.memory_id
			WHERE e.agent_id = $1::uuid AND e.`+search.Column(r.Dimension)+` IS NULL AND `+hasTextSQL+`)`,
			[]any{r.AgentID}, pgtx.ScanOne[bool])
		if err != nil || left[0] {
			return r.explain(err)
		}
		vectors = agentVectors{dimension: r.Dimension, program: t.program}
		_, err = pgtx.Exec(ctx, t.driver, `UPDATE public.agents
			SET embedding_dimension = $2::int, embedding_target = NULL, embedding_target_model = NULL WHERE id = $1::uuid`, r.AgentID, r.Dimension)
		return r.explain(err)
	})
	return vectors, err
}
