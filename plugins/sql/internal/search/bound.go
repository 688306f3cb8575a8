package search

// An exact search among many rows is faster with a bound: rows farther away are
// not sorted. In high dimensions the nearest of one vector are about as far away
// as those of another, so the farthest hits of the latest searches predict the
// bound. If a search finds as many rows within it as it wants, they are the
// nearest; otherwise the prediction was wrong, and a sample of the rows gives a
// bound that is certain.

const (
	// boundSamples is the number of searches that a bound is predicted from.
	boundSamples = 8
	// boundSpread is how many times the least of their distances the greatest may be.
	boundSpread = 1.1
	// boundMargin is how far beyond the greatest of them the bound lies.
	boundMargin = 1.03
)

// boundKey identifies searches with similar bounds.
type boundKey struct {
	FilterKey
	count int
}

// bounds are the distances of the farthest hits of the latest searches.
type bounds struct {
	latest [boundSamples]float64
	seen   int
}

// guessBound returns a distance that probably holds as many rows as the query
// wants, if the latest searches agree.
func (p *Planner) guessBound(n Query) (within float64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.bounds[boundKey{n.FilterKey(), n.Limit}]
	if known == nil || known.seen < boundSamples {
		return 0, false
	}
	least, greatest := known.latest[0], known.latest[0]
	for _, distance := range known.latest {
		least, greatest = min(least, distance), max(greatest, distance)
	}
	return greatest * boundMargin, greatest <= boundSpread*least
}

// learnBound stores the distance of the farthest hit of a search.
func (p *Planner) learnBound(n Query, distance float64) {
	key := boundKey{n.FilterKey(), n.Limit}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.bounds[key]
	if known == nil {
		evict(p.bounds)
		known = &bounds{}
		p.bounds[key] = known
	}
	known.latest[known.seen%boundSamples] = distance
	known.seen++
}
