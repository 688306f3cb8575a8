package sql

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// nearest asks for the memories that are nearest to a vector.
type nearest struct {
	filter memoryFilter
	vector []float32
	count  int
}

// shape is what a search returns of each hit.
type shape[T any] struct {
	// columns, after the memory's id and the distance; of a table m, which
	// joins the hits.
	columns string
	scan    func(row pgtx.Scanner) (T, error)
	// distance is that of a hit.
	distance func(T) float64
}

// hit is a memory's id and its distance.
type hit struct {
	id       uuid.UUID
	distance float64
}

var onlyID = shape[hit]{"", func(row pgtx.Scanner) (h hit, err error) {
	err = row.Scan(&h.id, &h.distance)
	return h, err
}, func(h hit) float64 { return h.distance }}

// limit is a LIMIT. Behind a parameter, PostgreSQL takes it for a tenth of the
// rows, finds that a plan for the true number would be much better, and so plans
// anew each time, which takes as long as a search among few.
func (c *conditions) limit(n int) string {
	if n <= 10_000 {
		return strconv.Itoa(n)
	}
	return c.arg(n) + "::bigint" // some odd number: not a statement of its own for each
}

// from is the FROM and the WHERE of a search.
func (n nearest) from(c *conditions) (from, where string, err error) {
	c.narrow("e", &n.filter)
	from = "public.embeddings e"
	if n.filter.wide() {
		from += " JOIN public.memories m ON m.id = e.memory_id"
		if err := c.broad(&n.filter); err != nil {
			return "", "", err
		}
	}
	return from, c.String(), nil
}

// among is the FROM and the WHERE of what is near and passes the filter. What is
// demanded first leaves out most: the filter, by an index, or where nearly all
// pass, the distance. Behind it, PostgreSQL takes apart no more of a row than
// that needs; the OFFSET keeps it from joining the two again.
func (n nearest) among(near, from, passes string, count counted) string {
	if count.nearlyAll() && !n.filter.wide() {
		return "(SELECT * FROM public.embeddings e WHERE " + near + " OFFSET 0) e WHERE " + passes
	}
	return from + " WHERE " + passes + " AND " + near
}

// first are as many as are wanted, the nearest first.
func (n nearest) first(c *conditions) string {
	return " ORDER BY distance, e.memory_id LIMIT " + c.limit(n.count)
}

// searched is true if the agent's vectors have the length of this one; with
// another it finds nothing, be it that some of this length are there already.
func (n nearest) searched(c *conditions) string {
	return fmt.Sprintf("(SELECT a.embedding_dimension FROM public.agents a WHERE a.id = %s::uuid) = %d",
		c.arg(n.filter.agent), len(n.vector))
}

// around puts what is wanted of each hit around a query for hits. Distances that
// are no number are those to vectors of zeros.
func (s shape[T]) around(n nearest, c *conditions, hits, more string) string {
	columns, from := "h.memory_id, h.distance", "("+hits+") h"
	if s.columns != "" {
		columns = s.columns + ", h.distance"
		from += " JOIN public.memories m ON m.id = h.memory_id"
	}
	return fmt.Sprintf(`SELECT %s%s FROM %s
		WHERE h.distance <> 'NaN' AND %s
		ORDER BY h.distance, h.memory_id`, columns, more, from, n.searched(c))
}
