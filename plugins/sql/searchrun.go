package sql

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// runExact answers a search by comparing with everything that passes.
func runExact[T any](ctx context.Context, d *pgtx.Driver, p *searchPlanner, n nearest, s shape[T], count counted) ([]T, error) {
	if !n.amongMany(count) {
		return runWithin(ctx, d, p, n, s, count, 0)
	}
	if guess, ok := p.guess(n); ok {
		found, err := runWithin(ctx, d, p, n, s, count, guess)
		if err != nil || len(found) == n.count && s.distance(found[n.count-1]) <= guess {
			return found, err
		}
	}
	return runWithin(ctx, d, p, n, s, count, 0)
}

// runWithin is runExact within a guess; zero: without one.
func runWithin[T any](ctx context.Context, d *pgtx.Driver, p *searchPlanner, n nearest, s shape[T], count counted, guess float64) ([]T, error) {
	query, args, err := exactSQL(n, s, count, guess)
	if err != nil {
		return nil, err
	}
	found, err := pgtx.Query(ctx, d, query, args, s.scan)
	if err == nil && n.amongMany(count) && len(found) == n.count && !d.InTx() {
		p.learnBound(n, s.distance(found[n.count-1]))
	}
	return found, err
}

// withNumber scans one column more than it is asked for.
type withNumber struct {
	pgtx.Scanner
	number *int
}

func (r withNumber) Scan(into ...any) error { return r.Scanner.Scan(append(into, r.number)...) }

// graphSettings make PostgreSQL walk the HNSW index, about in the order of
// distance, and on and on until enough has passed the filter. In the strict
// order, a walk that goes on leaves out what is nearer than what it had come to;
// what it finds is sorted afterwards all the same. No other plan is wanted, so
// none is looked for: the one plan of the prepared statement does for all
// values. They hold until the end of the transaction.
const graphSettings = `SELECT set_config('hnsw.ef_search', $1::text, true),
	set_config('hnsw.iterative_scan', 'relaxed_order', true),
	set_config('hnsw.max_scan_tuples', '40000', true),
	set_config('hnsw.scan_mem_multiplier', '4', true),
	set_config('enable_seqscan', 'off', true),
	set_config('enable_bitmapscan', 'off', true),
	set_config('enable_sort', 'off', true),
	set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true),
	set_config('plan_cache_mode', 'force_generic_plan', true)`

// runGraph answers a search by the HNSW index, looking at ef candidates at a
// time, in one round trip, and says how many the walk found. If those are fewer
// than were asked for, nearer ones may be missing.
func runGraph[T any](ctx context.Context, d *pgtx.Driver, n nearest, s shape[T], ef int) (found []T, walked int, err error) {
	query, args, err := graphSQL(n, s)
	if err != nil {
		return nil, 0, err
	}
	found, err = pgtx.QueryWith(ctx, d, pgtx.Settings{Statement: graphSettings, Args: []any{fmt.Sprint(ef)}}, query, args, func(row pgtx.Scanner) (T, error) {
		return s.scan(withNumber{row, &walked})
	})
	if len(found) == 0 {
		walked = 0 // and not that of an answer that broke off
	}
	return found, walked, err
}
