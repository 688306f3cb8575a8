package search

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// An index scan answers as an exact search does: directly, in a transaction and
// through PgBouncer.
func TestSearchByTheIndex(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*fixture{
		"directly":          fixtureOn(t, coreTables.Database(t)),
		"through PgBouncer": fixtureOn(t, bouncerTo(t, pgtest.Bouncer(t, pgtest.Database(t), 3), coreTables.Database(t))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.startCalibration(t)
			list := s.manyMemories(t, alwaysExact+500, 384)
			s.indexed(t)
			n := Query{Filter: Filter{Agent: s.agent, Type: list[0].Type}, Vector: list[0].Embedding, Limit: 10}
			find := func(d *pgtx.Driver, i int) []Hit {
				n.Vector = list[i].Embedding
				found, err := Nearest(t.Context(), d, s.planner, n, IDs)
				require.NoError(t, err)
				require.Len(t, found, 10)
				require.Equal(t, list[i].ID, found[0].ID)
				return found
			}
			count, err := s.planner.selectivity(t.Context(), s.Driver, n)
			require.NoError(t, err)
			measured := s.planner.calibration(n.calibrationKey(count))
			require.Eventually(t, func() bool { // these are measured
				find(s.Driver, 0)
				return measured.count() == minMeasurements
			}, time.Minute, time.Millisecond)

			// Whatever this machine measured: index scans are fast, and find
			// everything with ef_search = 320.
			steps := make([]scanResult, 7)
			for i := range steps {
				steps[i] = scanResult{time.Second, float64(i / 6)}
			}
			pretended := calibrationOf(time.Hour, steps...)
			measured.mu.Lock()
			measured.measurements = pretended.measurements
			measured.mu.Unlock()
			_, ef := s.planner.Plan(n)
			require.Equal(t, 320, ef)
			good := 0.0
			for i := range 20 {
				n.Vector = list[i].Embedding
				truth, err := Exact(t.Context(), s.Driver, s.planner, n, IDs, Selectivity{Passing: 0})
				require.NoError(t, err)
				good += recall(truth, find(s.Driver, i))
			}
			require.GreaterOrEqual(t, good/20, 0.95)
			require.NoError(t, s.RunTx(t.Context(), func(tx *pgtx.Driver) error {
				find(tx, 3)
				got, err := pgtx.Query(t.Context(), tx, `SELECT current_setting('enable_seqscan')`, nil, pgtx.ScanOne[string])
				require.NoError(t, err)
				require.Equal(t, []string{"on"}, got, "the search leaves no setting behind")
				return nil
			}))
		})
	}
}

func (p *calibration) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.measurements)
}

// With a filter the index is used where it finds the nearest rows that pass, and
// only there: rows may pass at random, or those of other clusters than the
// vector's.
func TestRecallBehindFilters(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	random := rand.New(rand.NewPCG(5, 6))
	noisy := func(v []float32, noise float64) []float32 {
		near := make([]float32, len(v))
		for i := range near {
			near[i] = v[i] + float32(noise*random.NormFloat64())
		}
		return near
	}
	centres := make([][]float32, 50)
	for i := range centres {
		centres[i] = noisy(make([]float32, 384), 1)
	}
	half, own := s.addEntity(t), s.addEntity(t)
	other := s.addEntity(t)
	list := make([]*core.Memory, 6000)
	for i := range list {
		m := s.memory()
		m.Embedding, m.EntityID = noisy(centres[i%50], 0.4), other
		switch {
		case i%50 < 10:
			m.EntityID = own
		case random.IntN(2) == 0:
			m.EntityID = half
		}
		if i >= len(list)/2 {
			m.Metadata.Tags = []string{"newer"}
		}
		list[i] = m
	}
	s.create(t, list...)
	s.indexed(t)
	_, err := s.pool.ExecContext(t.Context(), "ANALYZE memories, embeddings")
	require.NoError(t, err)
	newer := []core.MetadataFilter{{Path: []string{"tags"}, Op: core.MetadataContains, Value: "newer"}}
	for name, filter := range map[string]Filter{
		"none":         {},
		"at random":    {Entity: half},
		"own clusters": {Entity: own},
		"metadata":     {Metadata: newer},
	} {
		filter.Agent, filter.Type = s.agent, list[0].Type
		n := Query{Filter: filter, Limit: 10}
		good, queries, scanned := 0.0, 0, 0
		for range minMeasurements + 60 {
			n.Vector = noisy(list[random.IntN(len(list))].Embedding, 0.1)
			require.NoError(t, calibrate(t.Context(), s.Driver, s.planner, IDs, request{Query: n}))
			count, _ := s.planner.known(n)
			require.Greater(t, count.Passing, alwaysExact, name)
			p := s.planner.calibration(n.calibrationKey(count))
			p.pretendSlow()
			if p.count() < minMeasurements {
				continue
			}
			truth, err := Exact(t.Context(), s.Driver, s.planner, n, IDs, count)
			require.NoError(t, err)
			require.Len(t, truth, 10)
			queries++
			_, ef := s.planner.Plan(n)
			scanned += min(ef, 1)
			found, err := Nearest(t.Context(), s.Driver, s.planner, n, IDs)
			require.NoError(t, err)
			require.Len(t, found, 10, name)
			good += recall(truth, found)
		}
		t.Logf("%s: recall %.3f, %d of %d by the index", name, good/float64(queries), scanned, queries)
		if filter.Entity != own {
			require.NotZero(t, scanned, name)
		}
		// The target of 0.95 is reached within the error of 61 searches; without a
		// calibration for each filter it was 0.4 to 0.6.
		require.GreaterOrEqual(t, good/float64(queries), 0.9, name)
	}
}

// recall returns the part of the truth that was found.
func recall(truth, found []Hit) float64 {
	farthest, good := truth[len(truth)-1].Distance+distanceTolerance, 0
	for _, h := range found {
		if h.Distance <= farthest {
			good++
		}
	}
	return min(1, float64(good)/float64(len(truth)))
}

// pretendSlow makes exact searches so slow that the index is used wherever it reaches
// the target recall, whatever this machine measured.
func (p *calibration) pretendSlow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.measurements {
		p.measurements[i].exact = time.Hour
	}
}

// No search waits for its calibration, or fails with it.
func TestACalibrationDelaysNoSearch(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	list := s.manyMemories(t, alwaysExact+100, 384)
	s.indexed(t)
	n := Query{Filter: Filter{Agent: s.agent, Type: list[0].Type}, Vector: list[0].Embedding, Limit: 10}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, calibrate(ended, s.Driver, s.planner, IDs, request{Query: n}))
	ask := func() {
		t.Helper()
		found, err := Nearest(t.Context(), s.Driver, s.planner, n, IDs)
		require.NoError(t, err)
		require.Equal(t, list[0].ID, found[0].ID)
	}
	ask()
	_, known := s.planner.known(n)
	require.False(t, known)
	require.NoError(t, calibrate(t.Context(), s.Driver, s.planner, IDs, request{Query: n}))
	count, known := s.planner.known(n)
	require.True(t, known)
	require.Equal(t, len(list), count.Passing)
	require.Equal(t, 1, s.planner.calibration(n.calibrationKey(count)).count())
	ask()

	many := n
	many.Limit = len(list) + 1
	require.NoError(t, calibrate(t.Context(), s.Driver, s.planner, IDs, request{Query: many}))
	require.Zero(t, s.planner.calibration(many.calibrationKey(count)).count(), "fewer rows than the limit measure no recall")
}

// The selectivity of a filter is estimated when a search took long, and again when
// the estimate is stale.
func TestWhenSelectivityIsEstimated(t *testing.T) {
	t.Parallel()
	p := NewPlanner()
	p.requests = make(chan request, 1)
	n := Query{Filter: Filter{Type: "a"}, Vector: make([]float32, 384), Limit: 10}
	asks := func(took time.Duration) bool {
		p.observeExact(request{Query: n}, took)
		select {
		case <-p.requests:
			return true
		default:
			return false
		}
	}
	require.False(t, asks(fastSearch/2))
	require.True(t, asks(2*fastSearch))
	p.store(n, Selectivity{Passing: 5})
	require.False(t, asks(2*fastSearch))
	p.selectivities[n.FilterKey()] = Selectivity{Passing: 5, measuredAt: time.Now().Add(-2 * selectivityTTL)}
	require.True(t, asks(2*fastSearch))
	require.False(t, asks(fastSearch/2))
	p.store(n, Selectivity{Passing: CountLimit, Indexed: CountLimit})
	require.True(t, asks(fastSearch/2), "a measurement is due")
}
