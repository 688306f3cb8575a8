package sql

// An exact search among many is faster with a bound: what is farther away need
// not be sorted. In high dimensions the nearest of one vector are about as far
// away as those of another. So the farthest that the latest searches returned
// make a good guess: where as many are found within it, in full, as were asked
// for, they are the nearest; otherwise the guess was wrong, and a sample of the
// rows gives a bound that is none.

const (
	// boundsKept is how many searches a guess is made from.
	boundsKept = 8
	// boundsApart is how many times the least of them the greatest may be.
	boundsApart = 1.1
	// boundMargin is how far beyond the greatest a guess goes.
	boundMargin = 1.03
)

// boundKey names searches whose farthest are alike.
type boundKey struct {
	countKey
	count int
}

// bounds are how far away the farthest of the latest searches were.
type bounds struct {
	latest [boundsKept]float64
	seen   int
}

// guess returns a distance within which there should be enough, if the latest
// searches agree.
func (p *searchPlanner) guess(n nearest) (within float64, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.bounds[boundKey{n.countKey(), n.count}]
	if known == nil || known.seen < boundsKept {
		return 0, false
	}
	least, greatest := known.latest[0], known.latest[0]
	for _, distance := range known.latest {
		least, greatest = min(least, distance), max(greatest, distance)
	}
	return greatest * boundMargin, greatest <= boundsApart*least
}

// learnBound keeps how far away the farthest of a search was.
func (p *searchPlanner) learnBound(n nearest, distance float64) {
	key := boundKey{n.countKey(), n.count}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.bounds[key]
	if known == nil {
		keepSmall(p.bounds)
		known = &bounds{}
		p.bounds[key] = known
	}
	known.latest[known.seen%boundsKept] = distance
	known.seen++
}
