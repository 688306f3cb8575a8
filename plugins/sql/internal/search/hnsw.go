package search

import "fmt"

// indexScanSQL walks the HNSW index from the nearest on, skipping what does not
// pass the filter, and compares with what the index does not have yet. The index
// has half vectors. Each row also says how many the walk found, at most as many
// as are wanted.
func indexScanSQL[T any](n Query, s Shape[T]) (string, []any, error) {
	var c Conditions
	from, where, err := n.From(&c)
	if err != nil {
		return "", nil, err
	}
	t, limit := n.Target(&c), c.Limit(rerankCount(n.Limit))
	candidate := fmt.Sprintf("%s FROM %s WHERE %s", t.Candidate(), from, where)
	graph := fmt.Sprintf(`%[1]s AND e.indexed AND %[2]s IS NOT NULL
			ORDER BY %[3]s OPERATOR(public.<=>) %[4]s
			LIMIT %[5]s`, candidate, t.column, t.halfVector(t.column), t.halfParameter(), limit)
	fresh := fmt.Sprintf("%s AND NOT e.indexed ORDER BY about, e.memory_id LIMIT %s", candidate, limit)
	query := fmt.Sprintf(`WITH graph AS MATERIALIZED (%s)
		SELECT h.*, (SELECT least(count(*), %d) FROM graph) AS walked FROM (%s) h`,
		graph, n.Limit, t.Rerank("(SELECT * FROM graph) UNION ALL ("+fresh+")")+n.nearestFirst(&c))
	return s.wrap(n, &c, query, ", h.walked"), c.Args, nil
}
