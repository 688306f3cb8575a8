package search

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// Exact returns the rows nearest to the query by comparing with all that pass its
// filter.
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

// exactWithin is Exact within a predicted bound; zero: without one.
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

// extraColumn scans one column more than its caller asks for.
type extraColumn struct {
	pgtx.Scanner
	number *int
}

func (r extraColumn) Scan(into ...any) error { return r.Scanner.Scan(append(into, r.number)...) }

// indexScanSettings make PostgreSQL scan the HNSW index, in relaxed order of
// distance, until enough rows have passed the filter. In strict order, a scan that
// goes on omits rows nearer than the last one; the rows are sorted afterwards
// anyway. The other plans are disabled, so that the generic plan of the prepared
// statement is right for all values. They are in force until the end of the
// transaction.
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

// IndexScan returns the rows nearest to the query by a scan of the HNSW index with
// an ef_search, in one round trip, and the number of rows that the scan found. If
// it is below the limit, nearer rows may be missing.
func IndexScan[T any](ctx context.Context, d *pgtx.Driver, n Query, s Shape[T], ef int) (found []T, scanned int, err error) {
	query, args, err := indexScanSQL(n, s)
	if err != nil {
		return nil, 0, err
	}
	found, err = pgtx.QueryWith(ctx, d, pgtx.Settings{Statement: indexScanSettings, Args: []any{fmt.Sprint(ef)}}, query, args, func(row pgtx.Scanner) (T, error) {
		return s.Scan(extraColumn{row, &scanned})
	})
	if len(found) == 0 {
		scanned = 0 // not the number of an interrupted answer
	}
	return found, scanned, err
}
