package sql

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
	// quick is how long an exact search may take without a thought, either.
	quick = time.Millisecond
)

// searchPlanner knows what was counted and measured. It is safe for concurrent
// use.
type searchPlanner struct {
	mu       sync.Mutex
	iterates *bool // whether pgvector has iterative scans; nil: not looked up
	counts   map[countKey]counted
	profiles map[profileKey]*profile
	bounds   map[boundKey]*bounds
	// surveys are searches of which something is to be found out.
	surveys chan survey
}

func newSearchPlanner() *searchPlanner {
	return &searchPlanner{
		counts:   map[countKey]counted{},
		profiles: map[profileKey]*profile{},
		bounds:   map[boundKey]*bounds{},
		surveys:  make(chan survey),
	}
}

// planned answers a search in the better way.
func planned[T any](ctx context.Context, d *pgtx.Driver, p *searchPlanner, n nearest, s shape[T]) ([]T, error) {
	count, ef := p.way(n)
	if ef > 0 {
		found, walked, err := runGraph(ctx, d, n, s, ef)
		if err != nil || walked == n.count {
			return found, err
		}
	}
	began := time.Now()
	found, err := runExact(ctx, d, p, n, s, count)
	// What is seen inside a transaction is not what others see.
	if took := time.Since(began); err == nil && !d.InTx() {
		done := survey{nearest: n}
		if len(found) == n.count {
			done.exact, done.farthest = took, s.distance(found[n.count-1])
		}
		p.tookExact(done, took)
	}
	return found, err
}

// way chooses the setting of the graph for a search, zero for the exact way, and
// says what is known of how many rows pass.
func (p *searchPlanner) way(n nearest) (count counted, ef int) {
	count, known := p.known(n)
	if !known || count.passing <= alwaysExact || n.count > mostWanted {
		return count, 0
	}
	ef, due := p.profile(n.profileKey(count)).choose(n, count)
	if ef > 0 && (due || count.old()) {
		p.survey(survey{nearest: n})
	}
	return count, ef
}

// observe tells that the rows behind a filter were compared in another way than by
// a search, and how long it took.
func (p *searchPlanner) observe(n nearest, took time.Duration) { p.tookExact(survey{nearest: n}, took) }

// tookExact tells what an exact search found, and how long it took.
func (p *searchPlanner) tookExact(done survey, took time.Duration) {
	count, known := p.known(done.nearest)
	switch {
	case !known || count.old():
		if took >= quick {
			p.survey(done)
		}
	case p.never() || done.count > mostWanted:
	case count.passing > alwaysExact && !count.mostlyFresh() && p.profile(done.profileKey(count)).due():
		p.survey(done)
	}
}

// never says that the graph is known not to be of use.
func (p *searchPlanner) never() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.iterates != nil && !*p.iterates
}

// keepSmall forgets something, whatever it is, where there is much.
func keepSmall[K comparable, V any](known map[K]V) {
	if len(known) < 1000 {
		return
	}
	for key := range known {
		delete(known, key)
		return
	}
}
