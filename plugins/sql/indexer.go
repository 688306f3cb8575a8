package sql

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// A memory's vector is fresh when it is saved: it is not in the HNSW graph, and a
// search compares with it one by one. To insert it into the graph takes one or
// two milliseconds of a processor, several times as long as everything else that
// is written for a memory; nobody should wait for that who only wants to save
// something. So the indexer of an adapter does it when its own process saves
// nothing else. It marks the rows as indexed, and the index has those alone.
//
// All of it is in the rows. Whatever is killed, a row is fresh or it is in the
// graph, and a search finds it.
type indexer struct {
	driver    *pgtx.Driver
	log       *zap.Logger
	wake      chan struct{} // holds one
	unindexed atomic.Int64  // vectors saved by this process since it last looked
	latest    atomic.Int64  // when the latest was saved, in nanoseconds
}

const (
	// indexBatch is from how many fresh vectors on the graph gets them. To
	// compare with fewer takes less than a fifth of a millisecond.
	indexBatch = 500
	// indexStride is in how many transactions so many are indexed.
	indexStride = 16
	// quietPeriod is how long nothing must have been saved.
	quietPeriod = 100 * time.Millisecond
	// hurryAbove is from how many on the indexer no longer waits for calm. It
	// then works a quarter of the time.
	hurryAbove = 5000
	// firstIndexing is when what another process left is looked for, first
	// after the start, and indexEvery then.
	firstIndexing = 10 * time.Second
	indexEvery    = 10 * time.Minute
	// minRecheck is how long it waits for what it was told of and does not find,
	// then twice as long each time, up to lastAgain.
	minRecheck = 250 * time.Millisecond
	maxRecheck = time.Minute
)

func newIndexer(driver *pgtx.Driver, log *zap.Logger) *indexer {
	return &indexer{driver: driver, log: log, wake: make(chan struct{}, 1)}
}

// notify tells of vectors that were saved. A nil indexer does not mind.
func (x *indexer) notify(vectors int) {
	if x == nil || vectors == 0 {
		return
	}
	x.latest.Store(time.Now().UnixNano())
	if x.unindexed.Add(int64(vectors)) >= indexBatch {
		select {
		case x.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

// busy reports whether vectors are being saved just now.
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
		told := x.unindexed.Swap(0)
		indexed, err := x.index(ctx)
		if err != nil && !x.expected(ctx, err) {
			x.log.Warn("could not index embeddings; searches compare with them one by one, and it is tried again later", zap.Error(err))
		}
		timer.Reset(indexEvery)
		if indexed > 0 || told < indexBatch {
			again = minRecheck
			continue
		}
		// What was saved in a transaction is not seen until its end.
		x.log.Debug("none of the embeddings that were saved can be indexed yet; looking again", zap.Duration("in", again))
		if !background.Sleep(ctx, again) {
			return
		}
		again = min(2*again, maxRecheck)
		x.notify(int(told))
	}
}

// expected reports whether an error is no news: the program ends, or the tables
// are not there yet, as while a first start migrates.
func (x *indexer) expected(ctx context.Context, err error) bool {
	return ctx.Err() != nil || pgtx.IsNotMigrated(err)
}

// analyze has PostgreSQL count what is in the tables, once, when they have got
// their first rows. It does so itself, but after a minute at the earliest; until
// then it takes a room for a two-hundredth of the memories, and fetches all of
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

// index gives the graph all fresh vectors, if there are enough, and says how
// many it gave it.
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
			break // another process is at it, or somebody holds these rows
		}
		total += marked
		// While there is more, so that what comes next finds room.
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

// vacuum takes away what the old rows have left, in the index of fresh ones
// above all, where a search would step over every one of them. PostgreSQL does
// so itself when a fifth of a table has changed, within a minute unless set; a
// large table is left to that, which stands back where somebody needs the table.
func (x *indexer) vacuum(ctx context.Context, changed int) error {
	many, err := pgtx.First(pgtx.Query(ctx, x.driver, `SELECT reltuples <= least(10 * $1::float8, 200000) FROM pg_catalog.pg_class WHERE oid = 'public.embeddings'::regclass`,
		[]any{changed}, pgtx.ScanOne[bool]))
	if err == nil && many {
		_, err = pgtx.Exec(ctx, x.driver, `VACUUM (SKIP_LOCKED, ANALYZE) public.embeddings`)
	}
	return pgtx.Explain("could not vacuum the embeddings", err)
}

// next returns the ids of some fresh vectors, in the order of their own index:
// to read the table for them would be to read what is indexed each time.
func (x *indexer) next(ctx context.Context) ([]string, error) {
	ids, err := pgtx.Query(ctx, x.driver, `SELECT id::text FROM public.embeddings WHERE NOT indexed
		ORDER BY agent_id, type LIMIT $1::bigint`,
		[]any{indexBatch}, pgtx.ScanOne[string])
	return ids, pgtx.Explain("could not look for embeddings to index", err)
}

// indexAll indexes vectors in a few transactions. Rows that follow each other
// stand on the same page, seven of 384 dimensions or so: each transaction takes
// one of them, so that the next finds room for its new row where the old one of
// the last was, and the table does not become twice as long. Of 3,072 dimensions
// there is one on each page, and the room is found after VACUUM.
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

// markIndexed indexes vectors in one transaction. Should the index refuse one of them,
// that one stays fresh, and the others do not wait for it.
func (x *indexer) markIndexed(ctx context.Context, ids []string) (int, error) {
	n, err := pgtx.Exec(ctx, x.driver, indexSomeSQL, ids)
	var refused *pgconn.PgError
	switch {
	case err == nil:
		return int(n), nil
	case !errors.As(err, &refused) || ctx.Err() != nil:
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

// indexSomeSQL marks those rows that nobody else has locked, and waits for
// nobody. Of several processes one has the turn. A row that a crash makes fresh
// again is no loss, so the disk is not waited for either.
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
