package sql

import (
	"context"
	"sync"
	"time"
)

// ladder are the settings of the index that are tried, from the fastest on.
var ladder = []int{40, 80, 160, 320, 640}

const (
	// trials is how many searches are measured before the index is trusted.
	trials = 10
	// trialCount is how many neighbours each of them compares.
	trialCount = 10
	// goodRecall is the part of the true nearest that the index must have
	// found in the trials; it is above the 0.95 that are promised, as some
	// hundred neighbours say that only roughly.
	goodRecall = 0.98
	// retryTrial is after how many searches one is measured again.
	retryTrial = 512
)

// profile is what was measured of an agent's vectors of one type and length.
type profile struct {
	mu       sync.Mutex
	trying   bool
	searches int // since the last trial
	measured []trial
	indexed  int // how many vectors the index had
	passing  int // how many vectors were the agent's
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

// choose returns the setting of the index for a search, or zero for the exact
// way; and whether to measure with its vector. Who is told so calls endTrial.
func (p *profile) choose(n nearest, count counted) (ef int, try bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if 2*count.indexed < count.passing {
		return 0, false // most are fresh, which are compared one by one either way
	}
	if count.indexed > 2*p.indexed || 2*count.indexed < p.indexed {
		p.measured = nil // the index is another one by now
	}
	p.searches++
	if !p.trying && (len(p.measured) < trials || p.searches > retryTrial) {
		p.trying, try = true, true
	}
	if len(p.measured) < trials {
		return 0, try
	}
	rung, index, exact := p.best()
	if rung < 0 {
		return 0, try
	}
	// Behind a narrower filter than in the trials, the index looks at more for
	// each that passes; the exact way looks at less, though at random.
	ef = max(ladder[rung], min(2*n.count, 1000))
	narrower := float64(p.passing) / float64(count.passing)
	index = index * float64(ef) / float64(ladder[rung])
	if needed := float64(n.count) * float64(count.all) / float64(count.passing); needed > float64(ef) {
		index *= 2 * needed / float64(ef)
	}
	if narrower > 1 {
		exact *= 2 / narrower
	}
	if count.passing < countCap && exact <= index {
		return 0, try
	}
	return ef, try
}

// best returns the first rung of the ladder that found enough in the trials,
// and its and the exact way's time; -1 where no rung did, or not faster. Of
// times the smallest counts: whatever else the machine did only added to it.
func (p *profile) best() (rung int, index, exact float64) {
	exact = float64(p.measured[0].exact)
	for _, t := range p.measured {
		exact = min(exact, float64(t.exact))
	}
	for rung := range ladder {
		recall, tried := 0.0, 0
		index = 0
		for _, t := range p.measured {
			if rung >= len(t.steps) {
				// It ended on a rung below, with everything found or with the
				// exact way faster.
				if len(t.steps) > 0 && t.steps[len(t.steps)-1].recall == 1 {
					recall++
				}
				continue
			}
			tried++
			recall += t.steps[rung].recall
			if took := float64(t.steps[rung].took); index == 0 || took < index {
				index = took
			}
		}
		if tried > 0 && recall/float64(len(p.measured)) >= goodRecall {
			if index >= exact {
				return -1, 0, exact
			}
			return rung, index, exact
		}
	}
	return -1, 0, exact
}

func (p *profile) endTrial() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trying = false
}

// trial goes both ways with a search's vector, without its filters, and keeps
// what it measured.
func (p *profile) trial(ctx context.Context, d *Database, n nearest, count counted) error {
	n.filter = memoryFilter{agent: n.filter.agent, kind: n.filter.kind}
	n.count = trialCount
	wide, err := d.planner.count(ctx, d, n)
	if err != nil {
		return err
	}
	began := time.Now()
	truth, err := runExact(ctx, d, n, onlyID, wide)
	if err != nil {
		return err
	}
	if len(truth) == 0 {
		return nil // the agent's vectors are still being rebuilt with this length: nothing to compare
	}
	t := trial{exact: time.Since(began)}
	for _, ef := range ladder {
		began := time.Now()
		found, _, err := runIndex(ctx, d, n, onlyID, ef)
		if err != nil {
			return err
		}
		t.steps = append(t.steps, step{time.Since(began), recall(truth, found)})
		if last := t.steps[len(t.steps)-1]; last.recall == 1 || last.took > 2*t.exact {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.searches, p.indexed, p.passing = 0, count.indexed, wide.passing
	if p.measured = append(p.measured, t); len(p.measured) > trials {
		p.measured = p.measured[1:]
	}
	return nil
}

// recall is the part of the truth that was found; another memory at the same
// distance is as good.
func recall(truth, found []hit) float64 {
	if len(truth) == 0 {
		return 1
	}
	farthest, good := truth[len(truth)-1].distance+1e-6, 0
	for _, h := range found {
		if h.distance <= farthest {
			good++
		}
	}
	return min(1, float64(good)/float64(len(truth)))
}
