package sql

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// surveyTime is how long it may take to find something out.
const surveyTime = time.Minute

// survey has something found out about searches like this one, unless that is
// being done about others: there will be more like this one.
func (p *searchPlanner) survey(n nearest) {
	select {
	case p.surveys <- n:
	default:
	}
}

// work finds out what it is asked to until the context ends. It works half of the
// time, since searches are slower while it does.
func (p *searchPlanner) work(ctx context.Context, d *Database, log *zap.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-p.surveys:
			began := time.Now()
			if err := p.find(ctx, d, n); err != nil && ctx.Err() == nil {
				log.Warn("could not measure how to search; such searches go on as before",
					zap.Error(explain("a trial failed", err)))
			}
			if !pause(ctx, min(time.Since(began), time.Second)) {
				return
			}
		}
	}
}

// find counts what passes, and where that are many, goes both ways if it is due.
func (p *searchPlanner) find(ctx context.Context, d *Database, n nearest) error {
	ctx, cancel := context.WithTimeout(ctx, surveyTime)
	defer cancel()
	count, err := p.count(ctx, d, n)
	if err != nil || count.passing <= alwaysExact || n.count > mostWanted {
		return err
	}
	if goes, err := p.goesOn(ctx, d); err != nil || !goes {
		return err
	}
	measured := p.profile(n.profileKey(count))
	if _, due := measured.choose(n, count); !due {
		return nil
	}
	t, err := tryBoth(ctx, d, n, count, measured.hopeful())
	if err != nil || len(t.steps) == 0 {
		return err
	}
	measured.keep(t, count.indexed)
	return nil
}

// goesOn reports whether pgvector is of version 0.8 or later, whose index goes on
// until enough rows have passed the filter.
func (p *searchPlanner) goesOn(ctx context.Context, d *Database) (bool, error) {
	p.mu.Lock()
	known := p.iterates
	p.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	version, err := first(collect(ctx, d.driver, `SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector'`,
		nil, scanOne[string]))
	if err != nil {
		return false, err
	}
	var major, minor int
	_, _ = fmt.Sscanf(version, "%d.%d", &major, &minor) // what cannot be read counts as old
	iterates := major > 0 || minor >= 8
	p.mu.Lock()
	defer p.mu.Unlock()
	p.iterates = &iterates
	return iterates, nil
}

// tryBoth goes both ways, by the graph from a rung of the ladder on. Where there
// are not as many memories as are wanted, which is so of those that nobody else
// can see yet, that says nothing, and no step was taken.
func tryBoth(ctx context.Context, d *Database, n nearest, count counted, from int) (t trial, err error) {
	began := time.Now()
	truth, err := runExact(ctx, d, n, onlyID, count)
	if err != nil || len(truth) < n.count {
		return trial{}, err
	}
	t.exact = time.Since(began)
	for rung := range ladder {
		if rung < from {
			t.steps = append(t.steps, step{t.exact, 0})
			continue
		}
		began := time.Now()
		found, _, err := runIndex(ctx, d, n, onlyID, candidates(rung, n.count))
		if err != nil {
			return trial{}, err
		}
		t.steps = append(t.steps, step{time.Since(began), recall(truth, found)})
		if last := t.steps[rung]; last.recall == 1 || last.took > t.exact {
			break
		}
	}
	return t, nil
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
