package sql

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// indexer adds saved vectors to the HNSW index. A vector is not yet indexed
// when it is saved, and searches compare with it one by one. To insert it into
// the index takes one or two milliseconds of CPU time, several times as long as
// everything else that is written for a memory, which no caller should wait
// for. So the indexer of an adapter does it while its own process saves
// nothing. It marks rows as indexed, and the partial index contains those
// alone.
//
// The state is in the rows alone: after a crash a row is either indexed or not,
// and a search finds it.
type indexer struct {
	driver    *pgtx.Driver
	log       *zap.Logger
	wake      chan struct{} // holds one
	unindexed atomic.Int64  // vectors saved by this process since the last run
	latest    atomic.Int64  // when the latest was saved, in nanoseconds
}

const (
	// indexBatch is the number of vectors from which on they are indexed. To
	// compare with fewer takes less than a fifth of a millisecond.
	indexBatch = 500
	// indexStride is the number of transactions for a batch.
	indexStride = 16
	// quietPeriod is the time without a save after which indexing begins.
	quietPeriod = 100 * time.Millisecond
	// hurryAbove is the number of vectors from which on indexing no longer waits
	// for that. It then works a quarter of the time.
	hurryAbove = 5000
	// firstIndexing is the time after the start, and indexEvery the interval, at
	// which vectors that another process has left are looked for.
	firstIndexing = 10 * time.Second
	indexEvery    = 10 * time.Minute
	// minRecheck is the pause after vectors were reported that are not visible
	// yet. It doubles up to maxRecheck.
	minRecheck = 250 * time.Millisecond
	maxRecheck = time.Minute
)

func newIndexer(driver *pgtx.Driver, log *zap.Logger) *indexer {
	return &indexer{driver: driver, log: log, wake: make(chan struct{}, 1)}
}

// notify informs the indexer how many vectors were saved. A nil indexer ignores
// it.
func (x *indexer) notify(vectors int) {
	if x == nil || vectors == 0 {
		return
	}
	x.latest.Store(time.Now().UnixNano())
	if x.unindexed.Add(int64(vectors)) >= indexBatch {
		select {
		case x.wake <- struct{}{}:
		default: // already woken
		}
	}
}

// busy reports whether vectors were saved within quietPeriod.
func (x *indexer) busy() bool { return time.Since(time.Unix(0, x.latest.Load())) < quietPeriod }

// run indexes until the context ends.
func (x *indexer) run(ctx context.Context) {
	timer := time.NewTimer(firstIndexing)
	defer timer.Stop()
	again := minRecheck
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-x.wake:
		}
		if err := x.analyze(ctx); err != nil {
			if !x.expected(ctx, err) {
				x.log.Warn("could not analyze the memories; they may be searched more slowly until PostgreSQL does", zap.Error(err))
			}
			timer.Reset(indexEvery)
			continue
		}
		for x.busy() && x.unindexed.Load() < hurryAbove {
			if !background.Sleep(ctx, quietPeriod) {
				return
			}
		}
		reported := x.unindexed.Swap(0)
		indexed, err := x.index(ctx)
		if err != nil && !x.expected(ctx, err) {
			x.log.Warn("could not index embeddings; searches compare with them one by one, and indexing is retried later", zap.Error(err))
		}
		timer.Reset(indexEvery)
		if indexed > 0 || reported < indexBatch {
			again = minRecheck
			continue
		}
		// Vectors saved in a transaction are visible after its end.
		x.log.Debug("none of the saved embeddings can be indexed yet; looking again", zap.Duration("in", again))
		if !background.Sleep(ctx, again) {
			return
		}
		again = min(2*again, maxRecheck)
		x.notify(int(reported))
	}
}

// expected reports whether an error is not worth a warning: the program ends,
// the tables do not exist yet, as before the first migration, or the database
// cannot be reached, which the pool has logged.
func (x *indexer) expected(ctx context.Context, err error) bool {
	return ctx.Err() != nil || pgtx.IsNotMigrated(err) || errors.Is(err, core.ErrUnavailable)
}

// analyze runs ANALYZE once, after the tables have got their first rows.
// Autovacuum does so after a minute at the earliest; until then PostgreSQL
// estimates that a room has a two-hundredth of the memories, and fetches all of
// them one by one.
func (x *indexer) analyze(ctx context.Context) error {
	never, err := pgtx.First(pgtx.Query(ctx, x.driver, `SELECT EXISTS (SELECT FROM pg_catalog.pg_class
		WHERE oid = 'public.embeddings'::regclass AND reltuples <= 0)
		AND EXISTS (SELECT FROM public.embeddings)`, nil, pgtx.ScanOne[bool]))
	if err == nil && never {
		_, err = pgtx.Exec(ctx, x.driver, `ANALYZE public.memories, public.embeddings`)
	}
	return pgtx.Explain("could not analyze the memories", err)
}

// index indexes all vectors that are not, if there are enough, and returns
// their number.
func (x *indexer) index(ctx context.Context) (total int, err error) {
	began, vacuumed := time.Now(), 0
	for {
		ids, err := x.next(ctx)
		if err != nil {
			return total, err
		}
		if len(ids) == 0 || total == 0 && len(ids) < indexBatch {
			break
		}
		marked, err := x.indexAll(ctx, ids)
		if err != nil {
			return total, err
		}
		if marked == 0 {
			break // another process indexes, or the rows are locked
		}
		total += marked
		// In between, so that later rows find free space.
		if total-vacuumed >= 2*indexBatch {
			if err := x.vacuum(ctx, total-vacuumed); err != nil {
				return total, err
			}
			vacuumed = total
		}
	}
	if total == 0 {
		return 0, nil
	}
	x.log.Debug("indexed embeddings", zap.Int("embeddings", total), zap.Duration("took", time.Since(began)))
	return total, x.vacuum(ctx, total-vacuumed)
}

// vacuum removes dead rows, above all from the index of rows not yet indexed,
// where a search would skip each of them. Autovacuum does so after a fifth of a
// table has changed, within a minute by default; a large table is left to it,
// since it yields to other sessions.
func (x *indexer) vacuum(ctx context.Context, changed int) error {
	many, err := pgtx.First(pgtx.Query(ctx, x.driver, `SELECT reltuples <= least(10 * $1::float8, 200000) FROM pg_catalog.pg_class WHERE oid = 'public.embeddings'::regclass`,
		[]any{changed}, pgtx.ScanOne[bool]))
	if err == nil && many {
		_, err = pgtx.Exec(ctx, x.driver, `VACUUM (SKIP_LOCKED, ANALYZE) public.embeddings`)
	}
	return pgtx.Explain("could not vacuum the embeddings", err)
}

// next returns the ids of some vectors that are not yet indexed, in the order
// of their own index: a sequential scan would read the indexed rows every time.
func (x *indexer) next(ctx context.Context) ([]string, error) {
	ids, err := pgtx.Query(ctx, x.driver, `SELECT id::text FROM public.embeddings WHERE NOT indexed
		ORDER BY agent_id, type LIMIT $1::bigint`,
		[]any{indexBatch}, pgtx.ScanOne[string])
	return ids, pgtx.Explain("could not look for embeddings to index", err)
}

// indexAll indexes vectors in a few transactions. Consecutive rows are on the
// same page, about seven of 384 dimensions: each transaction takes one of them,
// so that its new row fits where the old row of the previous one was, and the
// table does not double. With 3,072 dimensions there is one row on a page, and
// VACUUM frees the space.
func (x *indexer) indexAll(ctx context.Context, ids []string) (marked int, err error) {
	for first := range indexStride {
		var some []string
		for i := first; i < len(ids); i += indexStride {
			some = append(some, ids[i])
		}
		began := time.Now()
		n, err := x.markIndexed(ctx, some)
		if err != nil {
			return marked, err
		}
		marked += n
		if x.busy() && !background.Sleep(ctx, min(3*time.Since(began), time.Second)) {
			return marked, ctx.Err()
		}
	}
	return marked, nil
}

// markIndexed indexes vectors in one transaction. If the index refuses one,
// that one stays unindexed, and the others are indexed without it.
func (x *indexer) markIndexed(ctx context.Context, ids []string) (int, error) {
	n, err := pgtx.Exec(ctx, x.driver, indexSomeSQL, ids)
	var refused *pgconn.PgError
	switch {
	case err == nil:
		return int(n), nil
	case !errors.As(err, &refused) || ctx.Err() != nil || pgerr.ConnectionLost(err):
		return 0, pgtx.Explain("could not index embeddings", err)
	case len(ids) == 1:
		x.log.Warn("could not index an embedding; searches compare with it one by one",
			zap.String("embedding", ids[0]), zap.Error(pgtx.Explain("it was refused", err)))
		return 0, nil
	}
	half := len(ids) / 2
	first, err := x.markIndexed(ctx, ids[:half])
	if err != nil {
		return first, err
	}
	second, err := x.markIndexed(ctx, ids[half:])
	return first + second, err
}

// indexSomeSQL marks the rows that are not locked, and does not wait. Of
// several processes one works at a time. If a crash undoes it, a row is indexed
// again, so the commit does not wait for the disk.
const indexSomeSQL = `
WITH turn AS MATERIALIZED (
	SELECT pg_try_advisory_xact_lock(hashtextextended('elizago.embeddings.index', 0)) AS ours,
		set_config('synchronous_commit', 'off', true)
), batch AS MATERIALIZED (
	SELECT e.id FROM turn CROSS JOIN public.embeddings e
	WHERE turn.ours AND e.id = ANY($1::text[]::uuid[]) AND NOT e.indexed
	FOR NO KEY UPDATE OF e SKIP LOCKED
)
UPDATE public.embeddings e SET indexed = true FROM batch WHERE e.id = batch.id`
