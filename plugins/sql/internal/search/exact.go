package search

import "fmt"

// exactSQL compares the vector with all that pass the filter: first the half
// vectors, and then in full what may be among the nearest. Comparing two vectors
// takes less time than fetching one, and PostgreSQL keeps whole ones out of the
// rows. No HNSW index is over what is sorted by, so that none makes it inexact.
//
// Where many pass, most of the time beyond the comparing goes into the sorting.
// So what is farther away than a bound is not sorted: a guess, or if that is
// zero, the last of as many as are wanted of a sample. A guess is of distances in
// full, so what halfError puts beyond it is compared as well.
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

// sampleSize is how many rows give a bound to all.
func (n Query) sampleSize() int { return 30 * n.Limit }

// isLarge says that so many pass that a bound saves more than it costs.
func (n Query) isLarge(count Selectivity) bool { return count.Passing >= 10*n.sampleSize() }
