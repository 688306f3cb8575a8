package sql

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
func exactSQL[T any](n nearest, s shape[T], count counted, guess float64) (string, []any, error) {
	var c conditions
	from, where, err := n.from(&c)
	if err != nil {
		return "", nil, err
	}
	t := n.target(&c)
	about, limit := t.about(), c.limit(compared(n.count))
	among := from + " WHERE " + where
	switch {
	case guess > 0:
		among = n.among(about+" <= "+c.arg(guess+halfError)+"::float8", from, where, count)
	case n.amongMany(count):
		among = n.among(fmt.Sprintf(`%[1]s <= (
			SELECT CASE WHEN count(about) = %[2]s THEN max(about) ELSE 'Infinity' END FROM (
				SELECT %[1]s AS about FROM (SELECT e.* FROM %[3]s LIMIT %[4]s) e
				ORDER BY about LIMIT %[2]s
			) sample)`, about, limit, among, c.limit(n.sample())), from, where, count)
	}
	candidates := fmt.Sprintf("%s FROM %s ORDER BY about, e.memory_id LIMIT %s", t.candidate(), among, limit)
	return s.around(n, &c, t.inFull(candidates)+n.first(&c), ""), c.args, nil
}

// sample is how many rows give a bound to all.
func (n nearest) sample() int { return 30 * n.count }

// amongMany says that so many pass that a bound saves more than it costs.
func (n nearest) amongMany(count counted) bool { return count.passing >= 10*n.sample() }
