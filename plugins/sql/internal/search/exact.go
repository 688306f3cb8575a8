package search

import "fmt"

// exactSQL compares the vector with all rows that pass the filter: first the half
// vectors, then in full those that may be among the nearest. Comparing two vectors
// takes less time than fetching one, and PostgreSQL stores full ones outside the
// rows. No HNSW index covers the sort expression, so that none makes it inexact.
//
// Among many rows, most of the time beyond the comparison goes into sorting. So
// rows beyond a bound are not sorted: beyond guess, or if that is zero, beyond the
// last wanted row of a sample. The guess is a full distance, so maxHalfError is
// added to it.
func exactSQL[T any](n Query, s Shape[T], count Selectivity, guess float64) (string, []any, error) {
	var c Conditions
	from, where, err := n.From(&c)
	if err != nil {
		return "", nil, err
	}
	t := n.Target(&c)
	about, limit := t.HalfDistance(), c.Limit(rerankCount(n.Limit))
	among := from + " WHERE " + where
	switch {
	case guess > 0:
		among = n.Among(about+" <= "+c.Arg(guess+maxHalfError)+"::float8", from, where, count)
	case n.isLarge(count):
		among = n.Among(fmt.Sprintf(`%[1]s <= (
			SELECT CASE WHEN count(about) = %[2]s THEN max(about) ELSE 'Infinity' END FROM (
				SELECT %[1]s AS about FROM (SELECT e.* FROM %[3]s LIMIT %[4]s) e
				ORDER BY about LIMIT %[2]s
			) sample)`, about, limit, among, c.Limit(n.sampleSize())), from, where, count)
	}
	candidates := fmt.Sprintf("%s FROM %s ORDER BY about, e.memory_id LIMIT %s", t.Candidate(), among, limit)
	return s.wrap(n, &c, t.Rerank(candidates)+n.nearestFirst(&c), ""), c.Args, nil
}

// sampleSize is the number of rows in the sample.
func (n Query) sampleSize() int { return 30 * n.Limit }

// isLarge reports whether so many rows pass that a bound saves more than it costs.
func (n Query) isLarge(count Selectivity) bool { return count.Passing >= 10*n.sampleSize() }
