package sql

import (
	"context"
	"fmt"
	"sync"
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
// exact until some have gone both ways, in the background (searchtrial.go). What
// follows takes the smallest setting of the graph that found what the exact way
// did, if that was faster; and every so often one goes both ways again. A walk
// that ended with fewer memories than were asked for is not taken for an answer.

// alwaysExact is how many rows are compared in less time than it takes to
// think about it.
const alwaysExact = 1000

// searchPlanner knows what was counted and measured. It is safe for concurrent
// use.
type searchPlanner struct {
	mu       sync.Mutex
	version  *bool // whether pgvector has iterative scans; nil: not looked up
	counts   map[countKey]counted
	profiles map[profileKey]*profile
	bounds   map[boundKey]*bounds
	// trials are searches that are to go both ways.
	trials chan survey
}

func newSearchPlanner() *searchPlanner {
	return &searchPlanner{
		counts:   map[countKey]counted{},
		profiles: map[profileKey]*profile{},
		bounds:   map[boundKey]*bounds{},
		trials:   make(chan survey),
	}
}

// planned answers a search in the better way.
func planned[T any](ctx context.Context, d *Database, n nearest, s shape[T]) ([]T, error) {
	count, known := d.planner.known(n)
	if !known {
		// The first that pass are compared: mostly that is all of them.
		found, passing, err := runFew(ctx, d, n, s, alwaysExact)
		if err != nil {
			return nil, err
		}
		if passing <= alwaysExact {
			d.planner.remember(n, counted{passing: passing})
			return found, nil
		}
		if count, err = d.planner.count(ctx, d, n); err != nil {
			return nil, err
		}
	}
	ef, err := d.planner.way(ctx, d, n, count)
	if err != nil {
		return nil, err
	}
	if ef > 0 {
		found, walked, err := runIndex(ctx, d, n, s, ef)
		if err != nil || walked == n.count {
			return found, err
		}
	}
	return runExact(ctx, d, n, s, count)
}

// way chooses the setting of the graph for a search, zero for the exact way.
func (p *searchPlanner) way(ctx context.Context, d *Database, n nearest, count counted) (ef int, err error) {
	if count.passing <= alwaysExact || n.count > mostCandidates {
		return 0, nil
	}
	iterates, err := p.iterates(ctx, d)
	if err != nil || !iterates {
		return 0, err
	}
	measured := p.profile(n.profileKey(count))
	ef, try := measured.choose(n, count)
	if try && !p.survey(survey{n, count, measured}) {
		measured.endTrial() // the next search will do
	}
	return ef, nil
}

// iterates reports whether pgvector is of version 0.8 or later, whose index
// goes on until enough rows have passed the filter.
func (p *searchPlanner) iterates(ctx context.Context, d *Database) (bool, error) {
	p.mu.Lock()
	known := p.version
	p.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	versions, err := collect(ctx, d.driver, `SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector'`,
		nil, scanOne[string])
	if err != nil {
		return false, err
	}
	var major, minor int
	if len(versions) > 0 {
		_, _ = fmt.Sscanf(versions[0], "%d.%d", &major, &minor) // what cannot be read counts as old
	}
	iterates := major > 0 || minor >= 8
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version = &iterates
	return iterates, nil
}

// keepSmall forgets everything once there is much, of filters by time above all,
// which are seldom the same twice.
func keepSmall[K comparable, V any](known map[K]V) {
	if len(known) >= 1000 {
		clear(known)
	}
}
