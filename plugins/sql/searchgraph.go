package sql

import "fmt"

// graphSQL walks the HNSW index from the nearest on, skipping what does not
// pass the filter, and compares with what the index does not have yet. The index
// has half vectors. Each row also says how many the walk found, at most as many
// as are wanted.
func graphSQL[T any](n nearest, s shape[T]) (string, []any, error) {
	var c conditions
	from, where, err := n.from(&c)
	if err != nil {
		return "", nil, err
	}
	t, limit := n.target(&c), c.limit(compared(n.count))
	candidate := fmt.Sprintf("%s FROM %s WHERE %s", t.candidate(), from, where)
	graph := fmt.Sprintf(`%[1]s AND e.indexed AND %[2]s IS NOT NULL
			ORDER BY %[3]s OPERATOR(public.<=>) %[4]s
			LIMIT %[5]s`, candidate, t.column, t.halfOf(t.column), t.half(), limit)
	fresh := fmt.Sprintf("%s AND NOT e.indexed ORDER BY about, e.memory_id LIMIT %s", candidate, limit)
	query := fmt.Sprintf(`WITH graph AS MATERIALIZED (%s)
		SELECT h.*, (SELECT least(count(*), %d) FROM graph) AS walked FROM (%s) h`,
		graph, n.count, t.inFull("(SELECT * FROM graph) UNION ALL ("+fresh+")")+n.first(&c))
	return s.around(n, &c, query, ", h.walked"), c.args, nil
}
