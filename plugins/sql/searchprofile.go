package sql

import (
	"math/bits"
	"sync"
	"time"
)

// ladder are the settings of the graph that are tried, from the fastest on: how
// many candidates a walk keeps (hnsw.ef_search).
var ladder = []int{40, 60, 80, 120, 160, 240, 320, 480, 640}

// mostCandidates is the most that pgvector lets a walk keep.
const mostCandidates = 1000

const (
	// trials is how many searches are measured before the graph is trusted.
	trials = 16
	// goodRecall is the part of the true nearest that the graph must have
	// found in the trials; it is above the 0.95 that are promised, as so few
	// searches say that only roughly.
	goodRecall = 0.98
	// retryTrial is after how many searches one is measured again.
	retryTrial = 256
)

// profileKey names searches that are measured together: behind the same filter,
// for about as many memories of about as many.
type profileKey struct {
	countKey
	passing, count int
}

func (n nearest) profileKey(count counted) profileKey {
	return profileKey{n.countKey(), bits.Len(uint(count.passing)), bits.Len(uint(n.count))} //nolint:gosec // neither is negative
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
	if 2*count.indexed < count.passing {
		return 0, false // most are fresh, which are compared one by one either way
	}
	if count.indexed > 2*p.indexed || 2*count.indexed < p.indexed {
		p.measured = nil // the graph is another one by now
	}
	p.searches++
	due = len(p.measured) < trials || p.searches > retryTrial
	if len(p.measured) < trials {
		return 0, due
	}
	rung := p.best()
	if rung < 0 {
		return 0, due
	}
	return candidates(rung, n.count), due
}

// candidates is the setting of a rung for a search that wants so many.
func candidates(rung, count int) int { return max(ladder[rung], count) }

// best returns the first rung of the ladder that found enough in the trials; -1
// where none did, or none faster than the exact way. Of times the smallest
// counts: whatever else the machine did only added to it.
func (p *profile) best() int {
	exact := p.measured[0].exact
	for _, t := range p.measured {
		exact = min(exact, t.exact)
	}
	for rung := range ladder {
		found, tried, fastest := 0.0, false, exact
		for _, t := range p.measured {
			switch last := len(t.steps) - 1; {
			case rung <= last:
				tried = true
				found += t.steps[rung].recall
				fastest = min(fastest, t.steps[rung].took)
			case last >= 0 && t.steps[last].recall == 1:
				found++ // it ended below, with everything found; or else with the exact way faster
			}
		}
		if tried && found >= goodRecall*float64(len(p.measured)) {
			if fastest < exact {
				return rung
			}
			return -1
		}
	}
	return -1
}

// keep remembers a trial, and the latest of them alone. One that found too
// little is followed by the next search's.
func (p *profile) keep(t trial, indexed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.searches, p.indexed = 0, indexed
	if p.measured = append(p.measured, t); len(p.measured) > trials {
		p.measured = p.measured[1:]
	}
	if rung := p.best(); rung >= 0 && rung < len(t.steps) && t.steps[rung].recall < goodRecall {
		p.searches = retryTrial
	}
}
