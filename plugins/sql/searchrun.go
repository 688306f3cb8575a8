package sql

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// runExact answers a search by comparing with everything that passes.
func runExact[T any](ctx context.Context, d *Database, n nearest, s shape[T], count counted) ([]T, error) {
	if !n.amongMany(count) {
		return runWithin(ctx, d, n, s, count, 0)
	}
	if guess, ok := d.planner.guess(n); ok {
		found, err := runWithin(ctx, d, n, s, count, guess)
		if err != nil || len(found) == n.count {
			return found, err
		}
	}
	return runWithin(ctx, d, n, s, count, 0)
}

// runWithin is runExact within a guess; zero: without one.
func runWithin[T any](ctx context.Context, d *Database, n nearest, s shape[T], count counted, guess float64) ([]T, error) {
	query, args, err := exactSQL(n, s, count, guess)
	if err != nil {
		return nil, err
	}
	found, err := collect(ctx, d.driver, query, args, s.scan)
	if err == nil && n.amongMany(count) && len(found) == n.count {
		d.planner.learnBound(n, s.distance(found[n.count-1]))
	}
	return found, err
}

// runFew is runExact where few pass, and says how many that are. If they are
// more than most, nothing is said of the others.
func runFew[T any](ctx context.Context, d *Database, n nearest, s shape[T], most int) (found []T, passing int, err error) {
	query, args, err := fewSQL(n, s, most)
	if err != nil {
		return nil, 0, err
	}
	found, err = collect(ctx, d.driver, query, args, func(row scanner) (T, error) {
		return s.scan(withNumber{row, &passing})
	})
	if len(found) == 0 {
		passing = 0 // and not that of an answer that broke off
	}
	return found, passing, err
}

// withNumber scans one column more than it is asked for.
type withNumber struct {
	scanner
	number *int
}

func (r withNumber) Scan(into ...any) error { return r.scanner.Scan(append(into, r.number)...) }

// indexSettings make PostgreSQL walk the HNSW index, in the order of distance
// and on and on until enough has passed the filter. No other plan is wanted, so
// none is looked for: the one plan of the prepared statement does for all
// values. They hold until the end of the transaction.
const indexSettings = `SELECT set_config('hnsw.ef_search', $1::text, true),
	set_config('hnsw.iterative_scan', 'strict_order', true),
	set_config('hnsw.max_scan_tuples', '40000', true),
	set_config('hnsw.scan_mem_multiplier', '4', true),
	set_config('enable_seqscan', 'off', true),
	set_config('enable_bitmapscan', 'off', true),
	set_config('enable_sort', 'off', true),
	set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true),
	set_config('plan_cache_mode', 'force_generic_plan', true)`

// runIndex answers a search by the HNSW index, looking at ef candidates at a
// time, in one round trip, and says how many the walk found. If those are fewer
// than were asked for, nearer ones may be missing.
//
// Without a transaction around it, the statements of a batch are one, whose end
// undoes the settings; inside one, a savepoint that is rolled back does.
func runIndex[T any](ctx context.Context, d *Database, n nearest, s shape[T], ef int) (found []T, walked int, err error) {
	query, args, err := indexSQL(n, s)
	if err != nil {
		return nil, 0, err
	}
	args, _ = storable(args).([]any)
	ask := func() error {
		found, walked = nil, 0
		return d.driver.onPgx(ctx, func(conn *pgx.Conn) error {
			inside := conn.PgConn().TxStatus() != 'I'
			var batch pgx.Batch
			if inside {
				batch.Queue("SAVEPOINT elizago_search")
			}
			batch.Queue(indexSettings, fmt.Sprint(ef))
			batch.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
				found, err = scanAll(rows, func(row scanner) (T, error) { return s.scan(withNumber{row, &walked}) })
				return err
			})
			if inside {
				batch.Queue("ROLLBACK TO SAVEPOINT elizago_search")
				batch.Queue("RELEASE SAVEPOINT elizago_search")
			}
			return conn.SendBatch(ctx, &batch).Close()
		})
	}
	if d.driver.inTx() {
		err = ask()
	} else {
		err = again(ctx, ask)
	}
	return found, walked, err
}
