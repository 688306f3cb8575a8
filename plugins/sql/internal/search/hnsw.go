package search

import "fmt"

// indexScanSQL scans the HNSW index from the nearest on, skips rows that do not
// pass the filter, and compares with the rows not yet indexed. The index contains
// half vectors. Each result row carries the number of rows that the scan found, at
// most as many as are wanted.
func indexScanSQL[T any](n Query, s Shape[T]) (string, []any, error) {
	var c Conditions
	from, where, err := n.From(&c)
	if err != nil {
		return "", nil, err
	}
	t, limit := n.Target(&c), c.Limit(rerankCount(n.Limit))
	candidate := fmt.Sprintf("%s FROM %s WHERE %s", t.Candidate(), from, where)
	indexed := fmt.Sprintf(`%[1]s AND e.indexed AND %[2]s IS NOT NULL
			ORDER BY %[3]s OPERATOR(@pgvector.<=>) %[4]s
			LIMIT %[5]s`, candidate, t.column, t.halfVector(t.column), t.halfParameter(), limit)
	unindexed := fmt.Sprintf("%s AND NOT e.indexed ORDER BY about, e.memory_id LIMIT %s", candidate, limit)
	query := fmt.Sprintf(`WITH indexed AS MATERIALIZED (%s)
		SELECT h.*, (SELECT least(count(*), %d) FROM indexed) AS scanned FROM (%s) h`,
		indexed, n.Limit, t.Rerank("(SELECT * FROM indexed) UNION ALL ("+unindexed+")")+n.nearestFirst(&c))
	return s.wrap(n, &c, query, ", h.scanned"), c.Args, nil
}
