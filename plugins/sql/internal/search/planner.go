package search

import (
	"context"
	"sync"
	"time"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// An exact search compares with all rows that pass the filter; its time grows with
// their number. A scan of the HNSW index visits few, but how many it must visit to
// find the true nearest depends on the data: 40 of 10,000 if they lie in clusters,
// as embeddings do, and 400 if they are uniform, when the exact search is faster.
// With a filter it also depends on where the rows that pass lie: far from the
// vector, the scan finds some of them, but not the nearest.
//
// So it is measured, for each filter by itself (calibration.go): searches are
// exact until some have been run both ways. From then on the smallest ef_search
// that found what the exact search did is used, if it was faster; and once in a
// while a search is measured again. A scan that ends with fewer rows than wanted
// is not an answer.

const (
	// alwaysExact is the number of rows up to which searches are exact and nothing
	// is measured.
	alwaysExact = 1000
	// fastSearch is how long an exact search may take without being measured.
	fastSearch = time.Millisecond
)

// Planner keeps the estimates and calibrations of an adapter, and plans searches by
// them. It is safe for concurrent use.
type Planner struct {
	mu             sync.Mutex
	iterativeScans *bool // whether pgvector has iterative scans; nil: not looked up
	selectivities  map[FilterKey]Selectivity
	calibrations   map[calibrationKey]*calibration
	bounds         map[boundKey]*bounds
	// requests are searches for Calibrate to measure.
	requests chan request
}

// NewPlanner returns a Planner without any measurement.
func NewPlanner() *Planner {
	return &Planner{
		selectivities: map[FilterKey]Selectivity{},
		calibrations:  map[calibrationKey]*calibration{},
		bounds:        map[boundKey]*bounds{},
		requests:      make(chan request),
	}
}

// Nearest returns the rows nearest to the query, the nearest first, by the faster
// plan.
func Nearest[T any](ctx context.Context, d *pgtx.Driver, p *Planner, n Query, s Shape[T]) ([]T, error) {
	count, ef := p.Plan(n)
	if ef > 0 {
		found, scanned, err := IndexScan(ctx, d, n, s, ef)
		if err != nil || scanned == n.Limit {
			return found, err
		}
	}
	began := time.Now()
	found, err := Exact(ctx, d, p, n, s, count)
	// A transaction sees other rows than the worker does.
	if took := time.Since(began); err == nil && !d.InTx() {
		done := request{Query: n}
		if len(found) == n.Limit {
			done.exact, done.farthest = took, s.Distance(found[n.Limit-1])
		}
		p.observeExact(done, took)
	}
	return found, err
}

// Plan returns the ef_search for a scan of the HNSW index, zero for an exact search,
// and the last selectivity estimate.
func (p *Planner) Plan(n Query) (count Selectivity, ef int) {
	count, known := p.known(n)
	if !known || count.Passing <= alwaysExact || n.Limit > maxIndexLimit {
		return count, 0
	}
	ef, due := p.calibration(n.calibrationKey(count)).choose(n, count)
	if ef > 0 && (due || count.stale()) {
		p.request(request{Query: n})
	}
	return count, ef
}

// Observe records a statement other than a search that compared the query with all
// rows that pass its filter, and how long it took.
func (p *Planner) Observe(n Query, took time.Duration) { p.observeExact(request{Query: n}, took) }

// observeExact records an exact search and how long it took, and requests its
// calibration if that is due.
func (p *Planner) observeExact(done request, took time.Duration) {
	count, known := p.known(done.Query)
	switch {
	case !known || count.stale():
		if took >= fastSearch {
			p.request(done)
		}
	case p.indexUnusable() || done.Limit > maxIndexLimit:
	case count.Passing > alwaysExact && !count.mostlyUnindexed() && p.calibration(done.calibrationKey(count)).due():
		p.request(done)
	}
}

// indexUnusable reports whether the installed pgvector cannot scan the index until
// enough rows pass.
func (p *Planner) indexUnusable() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.iterativeScans != nil && !*p.iterativeScans
}

// evict removes an arbitrary entry from a map that has reached its size limit.
func evict[K comparable, V any](known map[K]V) {
	if len(known) < 1000 {
		return
	}
	for key := range known {
		delete(known, key)
		return
	}
}
