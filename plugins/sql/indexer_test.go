package sql

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/search"
)

// stillIndexer returns an indexer without a goroutine.
func stillIndexer(d *Database) *indexer { return newIndexer(d.driver, zap.NewNop()) }

// stillScene is a scene whose adapter is not started: its indexer, which looks
// for what others left ten seconds after the start, indexes nothing.
func stillScene(t *testing.T) *scene {
	t.Helper()
	_, db := openOnly(t, Config{URL: tables.Database(t), SecretSalt: saltOfTests})
	return sceneIn(t, db)
}

func unindexed(t *testing.T, d *Database) (count int) {
	t.Helper()
	require.NoError(t, d.pool.QueryRowContext(t.Context(), `SELECT count(*) FROM embeddings WHERE NOT indexed`).Scan(&count))
	return count
}

// manyMemories are n with random vectors, of three entities in turn.
func (s *scene) manyMemories(t *testing.T, n, length int) []*core.Memory {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(length)))
	users := []uuid.UUID{s.user, core.NewID(), core.NewID()}
	for _, user := range users[1:] {
		require.NoError(t, s.SaveEntity(t.Context(), &core.Entity{ID: user, AgentID: s.agent, Names: []string{"u"}}))
	}
	list := make([]*core.Memory, n)
	for i := range list {
		list[i] = s.memory(fmt.Sprint("memory ", i))
		list[i].EntityID = users[i%3]
		list[i].Embedding = make([]float32, length)
		for j := range list[i].Embedding {
			list[i].Embedding[j] = float32(random.NormFloat64())
		}
	}
	require.NoError(t, s.CreateMemories(t.Context(), list))
	return list
}

// Enough saved vectors are in the index soon after.
func TestSavedVectorsAreIndexed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	list := s.manyMemories(t, indexBatch+100, 384)
	require.Eventually(t, func() bool { return unindexed(t, s.Database) == 0 }, 30*time.Second, 20*time.Millisecond)

	found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: list[0].Type, Vector: list[7].Embedding, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, list[7].ID, found[0].ID)

	// A replaced vector is not yet indexed, so that the index has neither.
	changed := make([]float32, 384)
	changed[3] = 1
	require.NoError(t, s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: list[7].ID, Embedding: changed}))
	found, err = s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: list[0].Type, Vector: changed, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, list[7].ID, found[0].ID)
	require.InDelta(t, 1, found[0].Similarity, 1e-6)
}

// The indexer is notified before the transaction ends, and looks again.
func TestVectorsSavedInATransactionAreIndexed(t *testing.T) {
	t.Parallel()
	seen, logged := observer.New(zap.DebugLevel)
	s := sceneIn(t, connect(t, Config{URL: tables.Database(t), SecretSalt: saltOfTests, Logger: zap.New(seen)}))
	require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
		list := make([]*core.Memory, indexBatch)
		for i := range list {
			list[i] = s.memory(fmt.Sprint(i))
			list[i].Embedding = unit(384, i%384)
		}
		if err := tx.CreateMemories(t.Context(), list); err != nil {
			return err
		}
		require.Eventually(t, func() bool { return logged.FilterMessageSnippet("looking again").Len() > 0 }, 30*time.Second, 10*time.Millisecond)
		return nil
	}))
	require.Eventually(t, func() bool { return unindexed(t, s.Database) == 0 }, 30*time.Second, 20*time.Millisecond)
}

func TestFewVectorsAreNotIndexed(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	s.manyMemories(t, 20, 384)
	indexed, err := stillIndexer(s.Database).index(t.Context())
	require.NoError(t, err)
	require.Zero(t, indexed)
	require.Equal(t, 20, unindexed(t, s.Database))
}

// Several processes index at once; each row is updated once.
func TestIndexersTakeTurns(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	x := stillIndexer(s.Database)
	s.manyMemories(t, indexBatch+300, 384)
	var group sync.WaitGroup
	var marked atomic.Int64
	for range 4 {
		group.Go(func() {
			for unindexed(t, s.Database) > 0 {
				ids, err := x.next(t.Context())
				n := 0
				if err == nil {
					n, err = x.indexAll(t.Context(), ids)
				}
				marked.Add(int64(n))
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	require.EqualValues(t, indexBatch+300, marked.Load())
}

// The indexer does not wait: a locked row stays unindexed, and is found.
func TestIndexerSkipsLockedRows(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	list := s.manyMemories(t, indexBatch, 384)
	tx, err := s.pool.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT FROM embeddings WHERE memory_id = $1 FOR UPDATE`, list[5].ID.String())
	require.NoError(t, err)
	indexed, err := stillIndexer(s.Database).index(t.Context())
	require.NoError(t, err)
	require.Equal(t, indexBatch-1, indexed)
	require.NoError(t, tx.Rollback())
	found, err := s.SearchMemories(t.Context(), core.MemorySearch{AgentID: s.agent, Type: list[5].Type, Vector: list[5].Embedding, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, list[5].ID, found[0].ID)
}

// An indexer that is cancelled leaves rows that are either indexed or not.
func TestIndexerIsCancelled(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	s.manyMemories(t, indexBatch, 384)
	x := stillIndexer(s.Database)
	ids, err := x.next(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	x.latest.Store(time.Now().Add(time.Hour).UnixNano()) // busy: it pauses after the first transaction
	time.AfterFunc(0, cancel)
	_, err = x.indexAll(ctx, ids)
	require.Error(t, err)
	x.latest.Store(0)
	_, err = x.index(t.Context())
	require.NoError(t, err)
	rest, err := x.next(t.Context())
	require.NoError(t, err)
	_, err = x.indexAll(t.Context(), rest)
	require.NoError(t, err)
	require.Zero(t, unindexed(t, s.Database))
}

// A skipped duplicate is not there to be indexed.
func TestTheIndexerIsNotifiedOfSavedVectors(t *testing.T) {
	t.Parallel()
	s, first := withAVector(t, stillScene(t))
	before := s.indexer.unindexed.Load()
	for range 3 {
		m := s.memory("like the first")
		m.Embedding = first.Embedding
		isNew, err := s.CreateMemoryOnce(t.Context(), m, core.Deduplication{Skip: true})
		require.NoError(t, err)
		require.False(t, isNew)
	}
	require.Equal(t, before, s.indexer.unindexed.Load())
	m := s.memory("new")
	m.Embedding = unit(384, 9)
	_, err := s.CreateMemoryOnce(t.Context(), m, core.Deduplication{Skip: true})
	require.NoError(t, err)
	require.Equal(t, before+1, s.indexer.unindexed.Load())
}

// Half of the vectors are indexed: an index scan answers as an exact search does,
// with every filter, for the dimensions of both ends.
func TestSearchOfIndexedAndUnindexed(t *testing.T) {
	t.Parallel()
	for _, length := range []int{384, 3072} {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			t.Parallel()
			s := stillScene(t)
			list := s.manyMemories(t, 300, length)
			_, err := s.pool.ExecContext(t.Context(), `UPDATE embeddings e SET indexed = true
				FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM embeddings) o WHERE o.id = e.id AND o.n % 2 = 0`)
			require.NoError(t, err)
			for i := range 20 {
				n := search.Query{Filter: search.Filter{Agent: s.agent, Type: list[0].Type}, Vector: list[i].Embedding, Limit: 10}
				switch i % 3 {
				case 1:
					n.Filter.Entity = list[i].EntityID
				case 2:
					n.Filter.Unique = true
				}
				truth, err := search.Exact(t.Context(), s.driver, s.planner, n, search.IDs, search.Selectivity{Passing: 300})
				require.NoError(t, err)
				found, scanned, err := search.IndexScan(t.Context(), s.driver, n, search.IDs, 400)
				require.NoError(t, err)
				require.Equal(t, 10, scanned)
				require.Len(t, found, 10)
				require.GreaterOrEqual(t, recall(truth, found), 0.9)
				require.Equal(t, list[i].ID, found[0].ID)
			}
		})
	}
}

// Rows not yet indexed do not stand in for those that the scan did not reach: the
// number of rows that the scan found is returned, and fewer than wanted are not an
// answer.
func TestUnindexedRowsHideNothing(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	list := s.manyMemories(t, 90, 384)
	_, err := s.pool.ExecContext(t.Context(), `UPDATE embeddings SET indexed = true
		WHERE id IN (SELECT id FROM embeddings WHERE entity_id = $1 LIMIT 3) OR entity_id <> $1`, s.user.String())
	require.NoError(t, err)
	n := search.Query{Filter: search.Filter{Agent: s.agent, Type: list[0].Type, Entity: s.user}, Vector: list[1].Embedding, Limit: 10}
	found, scanned, err := search.IndexScan(t.Context(), s.driver, n, search.IDs, 40)
	require.NoError(t, err)
	require.Len(t, found, 10)
	require.Equal(t, 3, scanned)
}

// A half vector can be neither large nor small; what the index has is of length
// one.
func TestLargeAndSmallVectorsAreIndexed(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	list := s.manyMemories(t, 60, 3072)
	for i, scale := range []float32{1e9, 1e-9, 70_000} {
		for j := range list[i].Embedding {
			list[i].Embedding[j] *= scale
		}
		require.NoError(t, s.SetEmbedding(t.Context(), list[i].ID, list[i].Embedding))
	}
	_, err := s.pool.ExecContext(t.Context(), `UPDATE embeddings SET indexed = true`)
	require.NoError(t, err)
	for i := range 6 {
		n := search.Query{Filter: search.Filter{Agent: s.agent, Type: list[0].Type}, Vector: list[i].Embedding, Limit: 3}
		found, scanned, err := search.IndexScan(t.Context(), s.driver, n, search.IDs, 100)
		require.NoError(t, err)
		require.Equal(t, 3, scanned)
		require.Equal(t, list[i].ID, found[0].ID)
		require.InDelta(t, 0, found[0].Distance, 1e-6)
	}
}

// A row that the index refuses does not keep the others out.
func TestARefusedVectorAloneStaysUnindexed(t *testing.T) {
	t.Parallel()
	s := stillScene(t)
	s.manyMemories(t, indexBatch, 384)
	ctx := t.Context()
	var id string
	require.NoError(t, s.pool.QueryRowContext(ctx, `SELECT id::text FROM embeddings OFFSET 77 LIMIT 1`).Scan(&id))
	_, err := s.pool.ExecContext(ctx, `ALTER TABLE embeddings ADD CONSTRAINT refused CHECK (NOT indexed OR id <> '`+id+`')`)
	require.NoError(t, err)
	indexed, err := stillIndexer(s.Database).index(ctx)
	require.NoError(t, err)
	require.Equal(t, indexBatch-1, indexed)
	require.Equal(t, 1, unindexed(t, s.Database))
}

// recall is the part of the truth that was found.
func recall(truth, found []search.Hit) float64 {
	farthest, good := truth[len(truth)-1].Distance+1e-6, 0
	for _, h := range found {
		if h.Distance <= farthest {
			good++
		}
	}
	return min(1, float64(good)/float64(len(truth)))
}
