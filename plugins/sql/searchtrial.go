package sql

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// survey is a search that is to go both ways.
type survey struct {
	nearest
	count counted
	of    *profile
}

// trialTime is how long a search may take both ways.
const trialTime = time.Minute

// survey hands a search over, and reports false where nobody takes it, be it
// that another is under way.
func (p *searchPlanner) survey(s survey) bool {
	select {
	case p.trials <- s:
		return true
	default:
		return false
	}
}

// measure takes what it is handed both ways, one after the other, until the
// context ends. Nobody waits for it, and no search fails with it.
func (p *searchPlanner) measure(ctx context.Context, d *Database, log *zap.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-p.trials:
			if err := s.run(ctx, d); err != nil && ctx.Err() == nil {
				log.Warn("could not measure a search both ways; such searches stay exact until one is measured",
					zap.Error(explain("a search failed", err)))
			}
		}
	}
}

// run goes both ways and keeps what it measured. Where there are not as many
// memories as are wanted, which is so of those that nobody else can see yet,
// that says nothing.
func (s survey) run(ctx context.Context, d *Database) error {
	defer s.of.endTrial()
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	began := time.Now()
	truth, err := runExact(ctx, d, s.nearest, onlyID, s.count)
	if err != nil || len(truth) < s.nearest.count {
		return err
	}
	t := trial{exact: time.Since(began)}
	for rung := range ladder {
		began := time.Now()
		found, _, err := runIndex(ctx, d, s.nearest, onlyID, candidates(rung, s.nearest.count))
		if err != nil {
			return err
		}
		t.steps = append(t.steps, step{time.Since(began), recall(truth, found)})
		if last := t.steps[rung]; last.recall == 1 || last.took > 2*t.exact {
			break
		}
	}
	s.of.keep(t, s.count.indexed)
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
