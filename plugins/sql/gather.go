package sql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
)

// A memory that is saved alone is a statement of its own. Where many are saved
// at the same time, most of what PostgreSQL does for each is the same for all:
// it reads the CHECKs, plans the expressions of the indexes, prepares the
// foreign keys, waits for the disk. So what comes while some are being saved
// waits for them, and goes together as one statement: about as soon as it would
// alone, and nearly twice as many in the same time.
//
// What one caller gets wrong, or has to wait for, is not the others' concern: a
// statement that was refused, or that did not get its locks soon, is taken
// apart, and each caller sends its own.
type gatherer struct {
	// patience is how long a caller waits for a lane. All may be held up by
	// somebody's locks.
	patience time.Duration

	mu      sync.Mutex
	running int
	waiting []*gathered
}

func newGatherer() *gatherer { return &gatherer{patience: 100 * time.Millisecond} }

const (
	// lanes is how many statements are under way before others gather.
	lanes = 2
	// gatherMost is how many rows go together, gatherUnlike how many if they
	// are first compared with others.
	gatherMost   = 64
	gatherUnlike = 16
)

// gathered is a memory that waits to be saved.
type gathered struct {
	ctx    context.Context
	row    memoryRow     // a copy: the caller may give up, and go on with its own
	unlike *unlike       // what it is to be unlike; nil: nothing
	done   chan struct{} // closed when it was tried
	// alone says that nothing was saved, and that the caller is to send it.
	alone bool
	// left says that it was not to be saved, as there is one like it: because,
	// which goes with it, or if that is nil, one that was there before.
	left    bool
	because *gathered
	err     error
}

// insert saves a memory with its vector, and reports false where the agent is
// unknown or does not take the vector, or there is one that it is to be unlike.
func (g *gatherer) insert(ctx context.Context, d *Database, row memoryRow, u *unlike) (bool, error) {
	g.mu.Lock()
	if g.running < lanes {
		g.running++
		g.mu.Unlock()
		defer g.next(d)
		return row.insert(ctx, d.driver, u)
	}
	copied := *row.Memory
	copied.Embedding = slices.Clone(row.Embedding)
	one := &gathered{ctx: ctx, row: memoryRow{&copied, row.content, row.metadata}, done: make(chan struct{})}
	if u != nil {
		own := *u
		own.vector = copied.Embedding
		one.unlike = &own
	}
	g.waiting = append(g.waiting, one)
	g.mu.Unlock()

	patient := time.NewTimer(g.patience)
	defer patient.Stop()
	select {
	case <-one.done:
	case <-patient.C:
		if g.withdraw(one) {
			return row.insert(ctx, d.driver, u)
		}
	case <-ctx.Done():
		g.withdraw(one)
	}
	select {
	case <-one.done:
	case <-ctx.Done():
		// Unless it was withdrawn, it may be saved or not, as with any statement
		// that is cut off.
		return false, explain("could not save memory "+row.ID.String(), ctx.Err())
	}
	if one.alone {
		return row.insert(ctx, d.driver, u)
	}
	row.Duplicate = one.row.Duplicate
	return one.err == nil && !one.left, one.err
}

// withdraw reports whether a memory had not been sent yet, and now will not be.
func (g *gatherer) withdraw(one *gathered) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.waiting, one)
	if at >= 0 {
		g.waiting = slices.Delete(g.waiting, at, at+1)
	}
	return at >= 0
}

// next hands the lane on to those that wait, or gives it up.
func (g *gatherer) next(d *Database) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.running--
		return
	}
	first := g.waiting[0]
	var batch, others []*gathered
	for _, one := range g.waiting {
		if len(batch) < first.most() && first.goesWith(one) {
			batch = append(batch, one)
		} else {
			others = append(others, one)
		}
	}
	g.waiting = others
	go func() {
		defer g.next(d)
		d.saveGathered(batch)
	}()
}

// most is how many go together with this one.
func (one *gathered) most() int {
	if one.unlike != nil {
		return gatherUnlike
	}
	return gatherMost
}

// goesWith reports whether two memories can be saved by one statement: those of
// one agent, with vectors of one length, that are to be compared with the same
// others.
func (one *gathered) goesWith(other *gathered) bool {
	if one.row.AgentID != other.row.AgentID || len(one.row.Embedding) != len(other.row.Embedding) {
		return false
	}
	if one.unlike == nil || other.unlike == nil {
		return one.unlike == other.unlike
	}
	return one.unlike.countKey() == other.unlike.countKey()
}

// saveGathered saves a batch of memories that go together.
func (d *Database) saveGathered(batch []*gathered) {
	// It goes on for as long as any of the callers wants it.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var left atomic.Int64
	left.Store(int64(len(batch)))
	for _, one := range batch {
		stop := context.AfterFunc(one.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
		defer stop()
	}
	wanted, err := batch, error(nil)
	if batch[0].unlike != nil {
		wanted, err = d.leaveOutLike(ctx, batch)
	}
	var saved map[uuid.UUID]bool
	if err == nil && len(wanted) > 0 {
		saved, err = d.insertGathered(ctx, wanted)
	}
	var refused *pgconn.PgError
	for _, one := range batch {
		switch {
		case err == nil && one.left && (one.because == nil || saved[one.because.row.ID]):
		case errors.As(err, &refused):
			one.alone = true
		case err != nil:
			one.err = explain("could not save memory "+one.row.ID.String(), err)
		default:
			one.alone = !saved[one.row.ID]
		}
		close(one.done)
	}
}

// insertGathered inserts what it can in one statement, and returns the ids of
// it: not there are those whose agent is unknown, or does not take the vector.
func (d *Database) insertGathered(ctx context.Context, batch []*gathered) (map[uuid.UUID]bool, error) {
	type row struct {
		ID          uuid.UUID       `json:"id"`
		EmbeddingID uuid.UUID       `json:"embedding_id"`
		Type        string          `json:"type"`
		EntityID    *uuid.UUID      `json:"entity_id"`
		RoomID      *uuid.UUID      `json:"room_id"`
		WorldID     *uuid.UUID      `json:"world_id"`
		CreatedAt   string          `json:"created_at"`
		Content     json.RawMessage `json:"content"`
		Metadata    json.RawMessage `json:"metadata"`
		Unique      bool            `json:"unique"`
		Position    int             `json:"position"` // of its vector
	}
	length := len(batch[0].row.Embedding)
	rows := make([]row, len(batch))
	vectors := make([]float32, 0, len(batch)*length)
	for i, one := range batch {
		r := one.row
		rows[i] = row{
			r.ID, core.NewID(), storableText(r.Type), optional(r.EntityID), optional(r.RoomID), optional(r.WorldID),
			jsonTime(r.CreatedAt), json.RawMessage(r.content), json.RawMessage(r.metadata), !r.Duplicate, i,
		}
		vectors = append(vectors, r.Embedding...)
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	saved := make(map[uuid.UUID]bool, len(batch))
	_, err = change(ctx, d.driver, insertGatheredSQL(length), []any{json.RawMessage(text), vectors, length, batch[0].row.AgentID},
		func(row scanner) (struct{}, error) {
			var id uuid.UUID
			err := row.Scan(&id)
			saved[id] = true
			return struct{}{}, err
		})
	return saved, err
}

// insertGatheredSQL is insertVectorSQL for many rows of one agent. The vectors
// come one after the other as one array. It gives up soon where it has to wait
// for a lock, which may be another's affair for all but one of the rows.
func insertGatheredSQL(length int) string {
	return fmt.Sprintf(`
WITH input AS MATERIALIZED (
	SELECT * FROM jsonb_to_recordset($1::jsonb) AS i(
		id uuid, embedding_id uuid, type text, entity_id uuid, room_id uuid, world_id uuid,
		created_at timestamptz, content jsonb, metadata jsonb, "unique" bool, position int)
), agent AS MATERIALIZED (
	SELECT a.id, a.text_config FROM public.agents a
	WHERE a.id = $4::uuid AND $3::int IN (a.embedding_dimension, a.embedding_target)
		AND (SELECT set_config('lock_timeout', '200ms', true)) IS NOT NULL
	FOR KEY SHARE
), memory AS (
	INSERT INTO public.memories (id, type, agent_id, entity_id, room_id, world_id, created_at, content, metadata, "unique", text_config)
	SELECT i.id, i.type, a.id, i.entity_id, i.room_id, i.world_id, i.created_at, i.content, i.metadata, i."unique", a.text_config
	FROM input i CROSS JOIN agent a RETURNING id
), embedding AS (
	INSERT INTO public.embeddings (id, memory_id, agent_id, type, entity_id, room_id, world_id, created_at, %s)
	SELECT i.embedding_id, i.id, $4::uuid, i.type, i.entity_id, i.room_id, i.world_id, i.created_at,
		(($2::float4[])[i.position * $3::int + 1 : (i.position + 1) * $3::int])::public.vector
	FROM input i JOIN memory USING (id) RETURNING memory_id
)
SELECT memory_id FROM embedding`, vectorColumn(length))
}
