package search

import (
	"context"
	"sync"
	"time"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// There are two ways to find the nearest vectors. The exact one compares with
// all that pass the filter; its time grows with their number. The HNSW graph
// looks at few, but how many it must look at in order to find the true nearest
// depends on the data: 40 of 10,000 where they lie in clusters, as embeddings
// do, and 400 where they lie anywhere, when the exact way is faster. Behind a
// filter it depends on where those lie that pass it: if that is far from the
// vector, the graph finds some that pass, and not the nearest of them.
//
// So it is measured, for each filter by itself (searchprofile.go): searches are
// exact until some have gone both ways. What follows takes the smallest setting
// of the graph that found what the exact way did, if that was faster; and every
// so often one goes both ways again. A walk that ended with fewer memories than
// were asked for is not taken for an answer.
//
// No search waits for any of that. What is not known yet is found out in the
// background (searchtrial.go), for the next one.

const (
	// alwaysExact is how many rows are compared in less time than it takes to
	// think about it.
	alwaysExact = 1000
	// fastSearch is how long an exact search may take without a thought, either.
	fastSearch = time.Millisecond
)

// Planner knows what was counted and measured. It is safe for concurrent
// use.
type Planner struct {
	mu             sync.Mutex
	iterativeScans *bool // whether pgvector has iterative scans; nil: not looked up
	selectivities  map[FilterKey]Selectivity
	calibrations   map[calibrationKey]*calibration
	bounds         map[boundKey]*bounds
	// requests are searches of which something is to be found out.
	requests chan request
}

func NewPlanner() *Planner {
	return &Planner{
		selectivities: map[FilterKey]Selectivity{},
		calibrations:  map[calibrationKey]*calibration{},
		bounds:        map[boundKey]*bounds{},
		requests:      make(chan request),
	}
}

// Nearest answers a search in the better way.
func Nearest[T any](ctx context.Context, d *pgtx.Driver, p *Planner, n Query, s Shape[T]) ([]T, error) {
	count, ef := p.Plan(n)
	if ef > 0 {
		found, walked, err := IndexScan(ctx, d, n, s, ef)
		if err != nil || walked == n.Limit {
			return found, err
		}
	}
	began := time.Now()
	found, err := Exact(ctx, d, p, n, s, count)
	// What is seen inside a transaction is not what others see.
	if took := time.Since(began); err == nil && !d.InTx() {
		done := request{Query: n}
		if len(found) == n.Limit {
			done.exact, done.farthest = took, s.Distance(found[n.Limit-1])
		}
		p.observeExact(done, took)
	}
	return found, err
}

// Plan chooses the setting of the graph for a search, zero for the exact way, and
// says what is known of how many rows pass.
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

// Observe tells that the rows behind a filter were compared in another way than by
// a search, and how long it took.
func (p *Planner) Observe(n Query, took time.Duration) { p.observeExact(request{Query: n}, took) }

// observeExact tells what an exact search found, and how long it took.
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

// indexUnusable says that the graph is known not to be of use.
func (p *Planner) indexUnusable() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.iterativeScans != nil && !*p.iterativeScans
}

// evict forgets something, whatever it is, where there is much.
func evict[K comparable, V any](known map[K]V) {
	if len(known) < 1000 {
		return
	}
	for key := range known {
		delete(known, key)
		return
	}
}
