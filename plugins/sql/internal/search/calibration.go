package search

import (
	"math"
	"math/bits"
	"sync"
	"time"
)

// efSearchValues are the settings of the graph that are tried, from the fastest on: how
// many candidates a walk keeps (hnsw.ef_search).
var efSearchValues = []int{40, 60, 80, 120, 160, 240, 320, 480, 640}

// maxIndexLimit is how many a walk can be asked for: pgvector lets it keep 1,000,
// and compared(mostWanted) may not be more.
const maxIndexLimit = 900

const (
	// minMeasurements is how many searches are measured before the graph is trusted, and
	// mostTrials how many of the latest are remembered.
	minMeasurements = 16
	maxMeasurements = 48
	// minForHopeless is after how many it may be seen that there is no use.
	minForHopeless = 5
	// targetRecall is the part of the true nearest that the graph has to find, as
	// core.SearchStore promises.
	targetRecall = 0.95
	// confidence is how many standard errors the mean of the trials has to be
	// above that, as so few say it only roughly.
	confidence = 1.645
	// remeasureAfter is after how many searches one is measured again, and
	// soonTrial after how many while there are fewer than mostTrials.
	remeasureAfter = 256
	remeasureSoon  = 32
)

// calibrationKey names searches that are measured together: behind the same filter,
// for about as many memories of about as many.
type calibrationKey struct {
	FilterKey
	passing, count int
}

func (n Query) calibrationKey(count Selectivity) calibrationKey {
	return calibrationKey{n.FilterKey(), bits.Len(uint(count.Passing)), bits.Len(uint(n.Limit))}
}

// calibration is what was measured of such searches.
type calibration struct {
	mu           sync.Mutex
	searches     int // since the last trial
	measurements []measurement
	indexed      int // how many vectors the graph had
}

// measurement is one search that went both ways.
type measurement struct {
	exact time.Duration
	scans []scanResult // of the ladder, as far as it went
}

type scanResult struct {
	took   time.Duration
	recall float64
}

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

// choose returns the setting of the graph for a search, or zero for the exact
// way; and whether one should go both ways.
func (p *calibration) choose(n Query, count Selectivity) (ef int, due bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if count.mostlyUnindexed() {
		return 0, false // those are compared one by one either way
	}
	if count.Indexed > 2*p.indexed || 2*count.Indexed < p.indexed {
		p.measurements = nil // the graph is another one by now
	}
	p.searches++
	due = p.dueLocked()
	if len(p.measurements) < minMeasurements {
		return 0, due
	}
	rung := p.best()
	if rung < 0 {
		return 0, due
	}
	return efSearch(rung, n.Limit), due
}

// due says that a search should go both ways.
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

// efSearch is the setting of a rung for a search that wants so many.
func efSearch(rung, count int) int { return max(efSearchValues[rung], rerankCount(count)) }

// best returns the first rung of the ladder that found enough in the trials; -1
// where none did, or none faster than the exact way.
func (p *calibration) best() int {
	for rung := range efSearchValues {
		if !p.reachesTarget(rung) {
			continue
		}
		if walked, exact := p.fastest(rung); walked < exact {
			return rung
		}
		return -1
	}
	return -1
}

// fastest is what a rung took in the trials, if it found anything, and the exact
// way. Of times the smallest counts: whatever else the machine did only added to
// it.
func (p *calibration) fastest(rung int) (walked, exact time.Duration) {
	walked, exact = maxDuration, maxDuration
	for _, t := range p.measurements {
		exact = min(exact, t.exact)
		if rung < len(t.scans) && t.scans[rung].recall > 0 {
			walked = min(walked, t.scans[rung].took)
		}
	}
	return walked, exact
}

// maxDuration is longer than anything takes.
const maxDuration = time.Duration(math.MaxInt64)

// reachesTarget says that a rung finds enough, as far as the trials tell.
func (p *calibration) reachesTarget(rung int) bool {
	sum, squares, tried := 0.0, 0.0, false
	for _, t := range p.measurements {
		found := 0.0
		switch last := len(t.scans) - 1; {
		case rung <= last:
			found, tried = t.scans[rung].recall, true
		case last >= 0 && t.scans[last].recall == 1:
			found = 1 // it ended below, with everything found; or else with the exact way faster
		}
		sum += found
		squares += found * found
	}
	n := float64(len(p.measurements))
	mean := sum / n
	variance := max(0, squares-n*mean*mean) / (n - 1)
	return tried && mean-confidence*math.Sqrt(variance/n) >= targetRecall
}

// hopeless says that the graph was slower wherever it may still turn out to find
// enough.
func (p *calibration) hopeless() bool {
	walked, exact := p.fastest(p.firstPromisingLocked())
	return walked > exact && walked < maxDuration
}

// firstPromising is the first rung that may still turn out to find enough. Those below
// need not be tried any more.
func (p *calibration) firstPromising() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.firstPromisingLocked()
}

func (p *calibration) firstPromisingLocked() int {
	for rung := range efSearchValues {
		missed := 0.0
		for _, t := range p.measurements {
			if rung < len(t.scans) {
				missed += 1 - t.scans[rung].recall
			}
		}
		if missed <= (1-targetRecall)*maxMeasurements {
			return rung
		}
	}
	return len(efSearchValues) - 1
}

// add remembers a trial, and the latest of them alone. One that found too
// little at the setting in use is followed by the next search's.
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
	if rung := p.best(); rung >= 0 && rung < len(t.scans) && t.scans[rung].recall < targetRecall {
		p.searches = remeasureAfter
	}
}
