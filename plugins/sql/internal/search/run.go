package search

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// Exact answers a search by comparing with everything that passes.
func Exact[T any](ctx context.Context, d *pgtx.Driver, p *Planner, n Query, s Shape[T], count Selectivity) ([]T, error) {
	if !n.isLarge(count) {
		return exactWithin(ctx, d, p, n, s, count, 0)
	}
	if guess, ok := p.guessBound(n); ok {
		found, err := exactWithin(ctx, d, p, n, s, count, guess)
		if err != nil || len(found) == n.Limit && s.Distance(found[n.Limit-1]) <= guess {
			return found, err
		}
	}
	return exactWithin(ctx, d, p, n, s, count, 0)
}

// exactWithin is runExact within a guess; zero: without one.
func exactWithin[T any](ctx context.Context, d *pgtx.Driver, p *Planner, n Query, s Shape[T], count Selectivity, guess float64) ([]T, error) {
	query, args, err := exactSQL(n, s, count, guess)
	if err != nil {
		return nil, err
	}
	found, err := pgtx.Query(ctx, d, query, args, s.Scan)
	if err == nil && n.isLarge(count) && len(found) == n.Limit && !d.InTx() {
		p.learnBound(n, s.Distance(found[n.Limit-1]))
	}
	return found, err
}

// extraColumn scans one column more than it is asked for.
type extraColumn struct {
	pgtx.Scanner
	number *int
}

func (r extraColumn) Scan(into ...any) error { return r.Scanner.Scan(append(into, r.number)...) }

// indexScanSettings make PostgreSQL walk the HNSW index, about in the order of
// distance, and on and on until enough has passed the filter. In the strict
// order, a walk that goes on leaves out what is nearer than what it had come to;
// what it finds is sorted afterwards all the same. No other plan is wanted, so
// none is looked for: the one plan of the prepared statement does for all
// values. They hold until the end of the transaction.
const indexScanSettings = `SELECT set_config('hnsw.ef_search', $1::text, true),
	set_config('hnsw.iterative_scan', 'relaxed_order', true),
	set_config('hnsw.max_scan_tuples', '40000', true),
	set_config('hnsw.scan_mem_multiplier', '4', true),
	set_config('enable_seqscan', 'off', true),
	set_config('enable_bitmapscan', 'off', true),
	set_config('enable_sort', 'off', true),
	set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true),
	set_config('plan_cache_mode', 'force_generic_plan', true)`

// IndexScan answers a search by the HNSW index, looking at ef candidates at a
// time, in one round trip, and says how many the walk found. If those are fewer
// than were asked for, nearer ones may be missing.
func IndexScan[T any](ctx context.Context, d *pgtx.Driver, n Query, s Shape[T], ef int) (found []T, walked int, err error) {
	query, args, err := indexScanSQL(n, s)
	if err != nil {
		return nil, 0, err
	}
	found, err = pgtx.QueryWith(ctx, d, pgtx.Settings{Statement: indexScanSettings, Args: []any{fmt.Sprint(ef)}}, query, args, func(row pgtx.Scanner) (T, error) {
		return s.Scan(extraColumn{row, &walked})
	})
	if len(found) == 0 {
		walked = 0 // and not that of an answer that broke off
	}
	return found, walked, err
}
