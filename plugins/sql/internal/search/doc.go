// Package search finds the vectors nearest to one, among those that pass a filter.
//
//	query := search.Query{Filter: search.Filter{Agent: id, Type: "messages"}, Vector: vector, Limit: 10}
//	hits, err := search.Nearest(ctx, driver, planner, query, search.IDs)
//
// The plan (exact or HNSW) is chosen by measurement, for each filter by itself;
// target recall is 0.95.
//
//	Nearest ── Planner.Plan: selectivity known? rows above alwaysExact? calibrated?
//	   │              │
//	   │              ├── no, or exact is faster ──▶ Exact      half vectors of all rows that pass,
//	   │              │                                         the best re-ranked in full
//	   │              └── an ef_search reaches the ─▶ IndexScan  HNSW index + rows not yet indexed,
//	   │                  target and is faster                  re-ranked in full
//	   │                                               └─ too few found ──▶ Exact
//	   └── outside a transaction: time and bound of the exact search ──▶ Planner
//	                                                        │ request, if something is unknown or due
//	                                                        ▼
//	Calibrate (background) ── selectivity, then the same search by Exact and by IndexScan
//	                          with one ef_search after the other ──▶ calibration
//
// No search waits for Calibrate: what it measures is for the next one.
package search
