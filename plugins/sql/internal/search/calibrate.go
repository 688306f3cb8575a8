package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/plugins/sql/internal/background"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// request is a search to be measured.
type request struct {
	Query
	// exact is the time of the exact search, and farthest the distance of its last
	// row. Zero: it was not run, or found fewer rows than its limit.
	exact    time.Duration
	farthest float64
}

// calibrationTimeout limits one request.
const calibrationTimeout = time.Minute

// request hands a search to Calibrate, if it is idle. Otherwise the search is
// dropped: there will be more like it.
func (p *Planner) request(s request) {
	s.Vector, s.Filter.Metadata = slices.Clone(s.Vector), cloneMetadata(s.Filter.Metadata) // which the caller may change
	select {
	case p.requests <- s:
	default:
	}
}

// Calibrate measures the searches that the planner requests, with the rows of a
// shape, until the context ends. After each it pauses for as long as that took, a
// second at most, since it slows down other searches.
func Calibrate[T any](ctx context.Context, d *pgtx.Driver, p *Planner, s Shape[T], log *zap.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case asked := <-p.requests:
			began := time.Now()
			if err := calibrate(ctx, d, p, s, asked); err != nil && ctx.Err() == nil && !pgerr.ConnectionLost(err) {
				log.Warn("could not calibrate a search; searches like it keep their plan",
					zap.Error(pgtx.Explain("a calibration failed", err)))
			}
			if !background.Sleep(ctx, min(time.Since(began), time.Second)) {
				return
			}
		}
	}
}

// calibrate estimates the selectivity, and measures the search both ways if many
// rows pass and a measurement is due.
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
			// Too few rows are visible here, as while a transaction has not
			// committed: recall cannot be measured.
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

// hasIterativeScans reports whether pgvector is of version 0.8 or later, whose
// index scans go on until enough rows have passed the filter.
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
	_, _ = fmt.Sscanf(version, "%d.%d", &major, &minor) // an unknown format counts as older
	iterates := major > 0 || minor >= 8
	p.mu.Lock()
	defer p.mu.Unlock()
	p.iterativeScans = &iterates
	return iterates, nil
}

// measure runs the search by index scans, with one ef_search after the other, until
// one finds everything or is far slower than the exact search. The exact search was
// timed in the foreground, which favours it slightly: of two plans about as fast,
// the one with full recall is better.
func measure[T any](ctx context.Context, d *pgtx.Driver, s Shape[T], asked request, from int) (measurement, error) {
	t := measurement{exact: asked.exact}
	for i := range efSearchValues {
		if i < from {
			t.scans = append(t.scans, scanResult{t.exact, 0})
			continue
		}
		began := time.Now()
		found, scanned, err := IndexScan(ctx, d, asked.Query, s, efSearch(i, asked.Limit))
		if err != nil {
			return measurement{}, err
		}
		took, near := time.Since(began), 0
		for _, m := range found {
			if scanned == asked.Limit && s.Distance(m) <= asked.farthest+distanceTolerance {
				near++ // a shorter scan is not an answer
			}
		}
		t.scans = append(t.scans, scanResult{took, min(1, float64(near)/float64(asked.Limit))})
		if last := t.scans[i]; last.recall == 1 || last.took > 3*t.exact {
			break
		}
	}
	return t, nil
}

// distanceTolerance is the difference below which two distances count as equal: a
// row as far away is as good.
const distanceTolerance = 1e-6
