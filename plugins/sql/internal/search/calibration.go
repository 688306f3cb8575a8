package search

import (
	"math"
	"math/bits"
	"sync"
	"time"
)

// efSearchValues are the ef_search candidates, from the fastest on: the number of
// rows that an index scan keeps (hnsw.ef_search).
var efSearchValues = []int{40, 60, 80, 120, 160, 240, 320, 480, 640}

// maxIndexLimit is the largest limit of an index scan: pgvector allows an ef_search
// of 1,000, and rerankCount(maxIndexLimit) may not exceed it.
const maxIndexLimit = 900

const (
	// minMeasurements is the number of measured searches before the HNSW index is
	// used, and maxMeasurements the number of the latest that are kept.
	minMeasurements = 16
	maxMeasurements = 48
	// minForHopeless is the number after which the index may be found to be useless.
	minForHopeless = 5
	// targetRecall is the part of the true nearest that an index scan has to find,
	// as core.SearchStore promises.
	targetRecall = 0.95
	// confidence is by how many standard errors the mean of the measurements has to
	// exceed it: 95 % for a normal distribution.
	confidence = 1.645
	// remeasureAfter is the number of searches after which one is measured again,
	// and remeasureSoon that number below maxMeasurements.
	remeasureAfter = 256
	remeasureSoon  = 32
)

// calibrationKey identifies searches that are measured together: with the same
// filter, a similar selectivity and a similar limit.
type calibrationKey struct {
	FilterKey
	passing, count int
}

func (n Query) calibrationKey(count Selectivity) calibrationKey {
	return calibrationKey{n.FilterKey(), bits.Len(uint(count.Passing)), bits.Len(uint(n.Limit))}
}

// calibration is the measurements of such searches.
type calibration struct {
	mu           sync.Mutex
	searches     int // since the last measurement
	measurements []measurement
	indexed      int // vectors in the HNSW index at that time
}

// measurement is one search that was run both ways.
type measurement struct {
	exact time.Duration
	scans []scanResult // by efSearchValues, up to the last one tried
}

// scanResult is an index scan with one ef_search.
type scanResult struct {
	took   time.Duration
	recall float64
}

// calibration returns the calibration of a key, a new one if there is none.
func (p *Planner) calibration(key calibrationKey) *calibration {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.calibrations[key]
	if found == nil {
		evict(p.calibrations)
		found = &calibration{}
		p.calibrations[key] = found
	}
	return found
}

// choose returns the ef_search for a search, zero for an exact one, and whether a
// search should be measured.
func (p *calibration) choose(n Query, count Selectivity) (ef int, due bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if count.mostlyUnindexed() {
		return 0, false // rows not yet indexed are compared one by one either way
	}
	if count.Indexed > 2*p.indexed || 2*count.Indexed < p.indexed {
		p.measurements = nil // the index has changed too much
	}
	p.searches++
	due = p.dueLocked()
	if len(p.measurements) < minMeasurements {
		return 0, due
	}
	i := p.best()
	if i < 0 {
		return 0, due
	}
	return efSearch(i, n.Limit), due
}

// due reports whether a search should be measured.
func (p *calibration) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dueLocked()
}

func (p *calibration) dueLocked() bool {
	switch known := len(p.measurements); {
	case known >= minForHopeless && p.hopeless():
		return p.searches > remeasureAfter
	case known < minMeasurements:
		return true
	case known < maxMeasurements:
		return p.searches > remeasureSoon
	default:
		return p.searches > remeasureAfter
	}
}

// efSearch returns the i-th ef_search, at least as large as a limit needs.
func efSearch(i, count int) int { return max(efSearchValues[i], rerankCount(count)) }

// best returns the index of the first ef_search that reaches the target recall; -1
// if none does, or not faster than the exact search.
func (p *calibration) best() int {
	for i := range efSearchValues {
		if !p.reachesTarget(i) {
			continue
		}
		if scanned, exact := p.fastest(i); scanned < exact {
			return i
		}
		return -1
	}
	return -1
}

// fastest returns the times of the i-th ef_search, where it found anything, and of
// the exact search. The smallest of the measured times counts: other load on the
// machine only adds to it.
func (p *calibration) fastest(i int) (scanned, exact time.Duration) {
	scanned, exact = maxDuration, maxDuration
	for _, t := range p.measurements {
		exact = min(exact, t.exact)
		if i < len(t.scans) && t.scans[i].recall > 0 {
			scanned = min(scanned, t.scans[i].took)
		}
	}
	return scanned, exact
}

// maxDuration stands for no measured time.
const maxDuration = time.Duration(math.MaxInt64)

// reachesTarget reports whether the i-th ef_search reaches the target recall with
// the required confidence.
func (p *calibration) reachesTarget(i int) bool {
	sum, squares, tried := 0.0, 0.0, false
	for _, t := range p.measurements {
		found := 0.0
		switch last := len(t.scans) - 1; {
		case i <= last:
			found, tried = t.scans[i].recall, true
		case last >= 0 && t.scans[last].recall == 1:
			found = 1 // the measurement ended at a smaller one that found everything
		}
		sum += found
		squares += found * found
	}
	n := float64(len(p.measurements))
	mean := sum / n
	variance := max(0, squares-n*mean*mean) / (n - 1)
	return tried && mean-confidence*math.Sqrt(variance/n) >= targetRecall
}

// hopeless reports whether index scans were slower with every ef_search that may
// still reach the target recall.
func (p *calibration) hopeless() bool {
	scanned, exact := p.fastest(p.firstPromisingLocked())
	return scanned > exact && scanned < maxDuration
}

// firstPromising returns the index of the first ef_search that may still reach the
// target recall. Smaller ones are not measured any more.
func (p *calibration) firstPromising() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.firstPromisingLocked()
}

func (p *calibration) firstPromisingLocked() int {
	for i := range efSearchValues {
		missed := 0.0
		for _, t := range p.measurements {
			if i < len(t.scans) {
				missed += 1 - t.scans[i].recall
			}
		}
		if missed <= (1-targetRecall)*maxMeasurements {
			return i
		}
	}
	return len(efSearchValues) - 1
}

// add stores a measurement, and drops the oldest. If it is below the target recall
// at the ef_search in use, the next search is measured as well.
func (p *calibration) add(t measurement, indexed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.searches, p.indexed = 0, indexed
	if p.measurements = append(p.measurements, t); len(p.measurements) > maxMeasurements {
		p.measurements = p.measurements[1:]
	}
	if len(p.measurements) < minMeasurements {
		return
	}
	if i := p.best(); i >= 0 && i < len(t.scans) && t.scans[i].recall < targetRecall {
		p.searches = remeasureAfter
	}
}
