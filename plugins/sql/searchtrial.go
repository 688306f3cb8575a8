package sql

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// survey is a search of which something is to be found out.
type survey struct {
	nearest
	// exact is how long the exact way took, and farthest how far away the last
	// was that it found. Zero: it has not been gone, or did not find as many as
	// were wanted.
	exact    time.Duration
	farthest float64
}

// surveyTime is how long it may take to find something out.
const surveyTime = time.Minute

// survey has something found out about searches like this one, unless that is
// being done about others: there will be more like this one.
func (p *searchPlanner) survey(s survey) {
	s.vector, s.filter.metadata = slices.Clone(s.vector), frozen(s.filter.metadata) // the caller's own
	select {
	case p.surveys <- s:
	default:
	}
}

// work finds out what it is asked to until the context ends. After each it rests
// as long as that took, a second at the most, since searches are slower meanwhile.
func work[T any](ctx context.Context, d *pgtx.Driver, p *searchPlanner, s shape[T], log *zap.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case asked := <-p.surveys:
			began := time.Now()
			if err := find(ctx, d, p, s, asked); err != nil && ctx.Err() == nil {
				log.Warn("could not measure how to search; such searches go on as before",
					zap.Error(pgtx.Explain("a trial failed", err)))
			}
			if !background.Sleep(ctx, min(time.Since(began), time.Second)) {
				return
			}
		}
	}
}

// find counts what passes, and where that are many, goes both ways if it is due.
func find[T any](ctx context.Context, d *pgtx.Driver, p *searchPlanner, s shape[T], asked survey) error {
	ctx, cancel := context.WithTimeout(ctx, surveyTime)
	defer cancel()
	count, err := p.count(ctx, d, asked.nearest)
	if err != nil || count.passing <= alwaysExact || asked.count > mostWanted {
		return err
	}
	if goes, err := p.goesOn(ctx, d); err != nil || !goes {
		return err
	}
	measured := p.profile(asked.profileKey(count))
	if count.mostlyFresh() || !measured.due() {
		return nil
	}
	if asked.exact == 0 {
		began := time.Now()
		truth, err := runExact(ctx, d, p, asked.nearest, s, count)
		if err != nil || len(truth) < asked.count {
			// Fewer than are wanted, as there are of those that nobody else can
			// see yet, say nothing.
			return err
		}
		asked.exact, asked.farthest = time.Since(began), s.distance(truth[len(truth)-1])
	}
	t, err := walk(ctx, d, s, asked, measured.hopeful())
	if err == nil {
		measured.keep(t, count.indexed)
	}
	return err
}

// goesOn reports whether pgvector is of version 0.8 or later, whose index goes on
// until enough rows have passed the filter.
func (p *searchPlanner) goesOn(ctx context.Context, d *pgtx.Driver) (bool, error) {
	p.mu.Lock()
	known := p.iterates
	p.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	version, err := pgtx.First(pgtx.Query(ctx, d, `SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'vector'`,
		nil, pgtx.ScanOne[string]))
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

// walk goes the other way, from a rung of the ladder on, until everything is
// found, or the exact way was far faster. That was gone when nobody measured, so
// it has somewhat of an advantage; where both are about as fast, what finds
// everything is the better one.
func walk[T any](ctx context.Context, d *pgtx.Driver, s shape[T], asked survey, from int) (trial, error) {
	t := trial{exact: asked.exact}
	for rung := range ladder {
		if rung < from {
			t.steps = append(t.steps, step{t.exact, 0})
			continue
		}
		began := time.Now()
		found, walked, err := runGraph(ctx, d, asked.nearest, s, candidates(rung, asked.count))
		if err != nil {
			return trial{}, err
		}
		took, near := time.Since(began), 0
		for _, m := range found {
			if walked == asked.count && s.distance(m) <= asked.farthest+sameDistance {
				near++ // of a shorter walk nothing counts, as no search takes it for an answer
			}
		}
		t.steps = append(t.steps, step{took, min(1, float64(near)/float64(asked.count))})
		if last := t.steps[rung]; last.recall == 1 || last.took > 3*t.exact {
			break
		}
	}
	return t, nil
}

// sameDistance is by how much two distances may differ that are the same:
// another memory as far away is as good.
const sameDistance = 1e-6
