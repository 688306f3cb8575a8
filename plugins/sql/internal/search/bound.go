package search

// An exact search among many is faster with a bound: what is farther away need
// not be sorted. In high dimensions the nearest of one vector are about as far
// away as those of another. So the farthest that the latest searches returned
// make a good guess: where as many are found within it, in full, as were asked
// for, they are the nearest; otherwise the guess was wrong, and a sample of the
// rows gives a bound that is none.

const (
	// boundSamples is how many searches a guess is made from.
	boundSamples = 8
	// boundSpread is how many times the least of them the greatest may be.
	boundSpread = 1.1
	// boundMargin is how far beyond the greatest a guess goes.
	boundMargin = 1.03
)

// boundKey names searches whose farthest are alike.
type boundKey struct {
	FilterKey
	count int
}

// bounds are how far away the farthest of the latest searches were.
type bounds struct {
	latest [boundSamples]float64
	seen   int
}

// guessBound returns a distance within which there should be enough, if the latest
// searches agree.
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

// learnBound keeps how far away the farthest of a search was.
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
