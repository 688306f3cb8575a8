package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// request is a search of which something is to be found out.
type request struct {
	Query
	// exact is how long the exact way took, and farthest how far away the last
	// was that it found. Zero: it has not been gone, or did not find as many as
	// were wanted.
	exact    time.Duration
	farthest float64
}

// calibrationTimeout is how long it may take to find something out.
const calibrationTimeout = time.Minute

// request has something found out about searches like this one, unless that is
// being done about others: there will be more like this one.
func (p *Planner) request(s request) {
	s.Vector, s.Filter.Metadata = slices.Clone(s.Vector), cloneMetadata(s.Filter.Metadata) // the caller's own
	select {
	case p.requests <- s:
	default:
	}
}

// Calibrate finds out what it is asked to until the context ends. After each it rests
// as long as that took, a second at the most, since searches are slower meanwhile.
func Calibrate[T any](ctx context.Context, d *pgtx.Driver, p *Planner, s Shape[T], log *zap.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case asked := <-p.requests:
			began := time.Now()
			if err := calibrate(ctx, d, p, s, asked); err != nil && ctx.Err() == nil {
				log.Warn("could not measure how to search; such searches go on as before",
					zap.Error(pgtx.Explain("a trial failed", err)))
			}
			if !background.Sleep(ctx, min(time.Since(began), time.Second)) {
				return
			}
		}
	}
}

// calibrate counts what passes, and where that are many, goes both ways if it is due.
func calibrate[T any](ctx context.Context, d *pgtx.Driver, p *Planner, s Shape[T], asked request) error {
	ctx, cancel := context.WithTimeout(ctx, calibrationTimeout)
	defer cancel()
	count, err := p.selectivity(ctx, d, asked.Query)
	if err != nil || count.Passing <= alwaysExact || asked.Limit > maxIndexLimit {
		return err
	}
	if goes, err := p.hasIterativeScans(ctx, d); err != nil || !goes {
		return err
	}
	measured := p.calibration(asked.calibrationKey(count))
	if count.mostlyUnindexed() || !measured.due() {
		return nil
	}
	if asked.exact == 0 {
		began := time.Now()
		truth, err := Exact(ctx, d, p, asked.Query, s, count)
		if err != nil || len(truth) < asked.Limit {
			// Fewer than are wanted, as there are of those that nobody else can
			// see yet, say nothing.
			return err
		}
		asked.exact, asked.farthest = time.Since(began), s.Distance(truth[len(truth)-1])
	}
	t, err := measure(ctx, d, s, asked, measured.firstPromising())
	if err == nil {
		measured.add(t, count.Indexed)
	}
	return err
}

// hasIterativeScans reports whether pgvector is of version 0.8 or later, whose index goes on
// until enough rows have passed the filter.
func (p *Planner) hasIterativeScans(ctx context.Context, d *pgtx.Driver) (bool, error) {
	p.mu.Lock()
	known := p.iterativeScans
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
	p.iterativeScans = &iterates
	return iterates, nil
}

// measure goes the other way, from a rung of the ladder on, until everything is
// found, or the exact way was far faster. That was gone when nobody measured, so
// it has somewhat of an advantage; where both are about as fast, what finds
// everything is the better one.
func measure[T any](ctx context.Context, d *pgtx.Driver, s Shape[T], asked request, from int) (measurement, error) {
	t := measurement{exact: asked.exact}
	for rung := range efSearchValues {
		if rung < from {
			t.scans = append(t.scans, scanResult{t.exact, 0})
			continue
		}
		began := time.Now()
		found, walked, err := IndexScan(ctx, d, asked.Query, s, efSearch(rung, asked.Limit))
		if err != nil {
			return measurement{}, err
		}
		took, near := time.Since(began), 0
		for _, m := range found {
			if walked == asked.Limit && s.Distance(m) <= asked.farthest+distanceTolerance {
				near++ // of a shorter walk nothing counts, as no search takes it for an answer
			}
		}
		t.scans = append(t.scans, scanResult{took, min(1, float64(near)/float64(asked.Limit))})
		if last := t.scans[rung]; last.recall == 1 || last.took > 3*t.exact {
			break
		}
	}
	return t, nil
}

// distanceTolerance is by how much two distances may differ that are the same:
// another memory as far away is as good.
const distanceTolerance = 1e-6
