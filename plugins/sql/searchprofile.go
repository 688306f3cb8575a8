package sql

import (
	"math"
	"math/bits"
	"sync"
	"time"
)

// ladder are the settings of the graph that are tried, from the fastest on: how
// many candidates a walk keeps (hnsw.ef_search).
var ladder = []int{40, 60, 80, 120, 160, 240, 320, 480, 640}

// mostWanted is how many a walk can be asked for: pgvector lets it keep 1,000,
// and compared(mostWanted) may not be more.
const mostWanted = 900

const (
	// trials is how many searches are measured before the graph is trusted, and
	// mostTrials how many of the latest are remembered.
	trials     = 16
	mostTrials = 48
	// hopelessTrials is after how many it may be seen that there is no use.
	hopelessTrials = 5
	// goodRecall is the part of the true nearest that the graph has to find, as
	// core.SearchStore promises.
	goodRecall = 0.95
	// confident is how many standard errors the mean of the trials has to be
	// above that, as so few say it only roughly.
	confident = 1.645
	// retryTrial is after how many searches one is measured again, and
	// soonTrial after how many while there are fewer than mostTrials.
	retryTrial = 256
	soonTrial  = 32
)

// profileKey names searches that are measured together: behind the same filter,
// for about as many memories of about as many.
type profileKey struct {
	countKey
	passing, count int
}

func (n nearest) profileKey(count counted) profileKey {
	return profileKey{n.countKey(), bits.Len(uint(count.passing)), bits.Len(uint(n.count))}
}

// profile is what was measured of such searches.
type profile struct {
	mu       sync.Mutex
	searches int // since the last trial
	measured []trial
	indexed  int // how many vectors the graph had
}

// trial is one search that went both ways.
type trial struct {
	exact time.Duration
	steps []step // of the ladder, as far as it went
}

type step struct {
	took   time.Duration
	recall float64
}

func (p *searchPlanner) profile(key profileKey) *profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.profiles[key]
	if found == nil {
		keepSmall(p.profiles)
		found = &profile{}
		p.profiles[key] = found
	}
	return found
}

// choose returns the setting of the graph for a search, or zero for the exact
// way; and whether one should go both ways.
func (p *profile) choose(n nearest, count counted) (ef int, due bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if count.mostlyFresh() {
		return 0, false // those are compared one by one either way
	}
	if count.indexed > 2*p.indexed || 2*count.indexed < p.indexed {
		p.measured = nil // the graph is another one by now
	}
	p.searches++
	due = p.isDue()
	if len(p.measured) < trials {
		return 0, due
	}
	rung := p.best()
	if rung < 0 {
		return 0, due
	}
	return candidates(rung, n.count), due
}

// due says that a search should go both ways.
func (p *profile) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.isDue()
}

func (p *profile) isDue() bool {
	switch known := len(p.measured); {
	case known >= hopelessTrials && p.hopeless():
		return p.searches > retryTrial
	case known < trials:
		return true
	case known < mostTrials:
		return p.searches > soonTrial
	default:
		return p.searches > retryTrial
	}
}

// candidates is the setting of a rung for a search that wants so many.
func candidates(rung, count int) int { return max(ladder[rung], compared(count)) }

// best returns the first rung of the ladder that found enough in the trials; -1
// where none did, or none faster than the exact way.
func (p *profile) best() int {
	for rung := range ladder {
		if !p.good(rung) {
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
func (p *profile) fastest(rung int) (walked, exact time.Duration) {
	walked, exact = longest, longest
	for _, t := range p.measured {
		exact = min(exact, t.exact)
		if rung < len(t.steps) && t.steps[rung].recall > 0 {
			walked = min(walked, t.steps[rung].took)
		}
	}
	return walked, exact
}

// longest is longer than anything takes.
const longest = time.Duration(math.MaxInt64)

// good says that a rung finds enough, as far as the trials tell.
func (p *profile) good(rung int) bool {
	sum, squares, tried := 0.0, 0.0, false
	for _, t := range p.measured {
		found := 0.0
		switch last := len(t.steps) - 1; {
		case rung <= last:
			found, tried = t.steps[rung].recall, true
		case last >= 0 && t.steps[last].recall == 1:
			found = 1 // it ended below, with everything found; or else with the exact way faster
		}
		sum += found
		squares += found * found
	}
	n := float64(len(p.measured))
	mean := sum / n
	variance := max(0, squares-n*mean*mean) / (n - 1)
	return tried && mean-confident*math.Sqrt(variance/n) >= goodRecall
}

// hopeless says that the graph was slower wherever it may still turn out to find
// enough.
func (p *profile) hopeless() bool {
	walked, exact := p.fastest(p.firstHope())
	return walked > exact && walked < longest
}

// hopeful is the first rung that may still turn out to find enough. Those below
// need not be tried any more.
func (p *profile) hopeful() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.firstHope()
}

func (p *profile) firstHope() int {
	for rung := range ladder {
		missed := 0.0
		for _, t := range p.measured {
			if rung < len(t.steps) {
				missed += 1 - t.steps[rung].recall
			}
		}
		if missed <= (1-goodRecall)*mostTrials {
			return rung
		}
	}
	return len(ladder) - 1
}

// keep remembers a trial, and the latest of them alone. One that found too
// little at the setting in use is followed by the next search's.
func (p *profile) keep(t trial, indexed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.searches, p.indexed = 0, indexed
	if p.measured = append(p.measured, t); len(p.measured) > mostTrials {
		p.measured = p.measured[1:]
	}
	if len(p.measured) < trials {
		return
	}
	if rung := p.best(); rung >= 0 && rung < len(t.steps) && t.steps[rung].recall < goodRecall {
		p.searches = retryTrial
	}
}
