package search

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// Query asks for the memories that are nearest to a vector.
type Query struct {
	Filter Filter
	Vector []float32
	Limit  int
}

// Shape is what a search returns of each hit.
type Shape[T any] struct {
	// Columns, after the memory's id and the distance; of a table m, which
	// joins the hits.
	Columns string
	Scan    func(row pgtx.Scanner) (T, error)
	// Distance is that of a hit.
	Distance func(T) float64
}

// Hit is a memory's id and its distance.
type Hit struct {
	ID       uuid.UUID
	Distance float64
}

var IDs = Shape[Hit]{"", func(row pgtx.Scanner) (h Hit, err error) {
	err = row.Scan(&h.ID, &h.Distance)
	return h, err
}, func(h Hit) float64 { return h.Distance }}

// Limit is a LIMIT. Behind a parameter, PostgreSQL takes it for a tenth of the
// rows, finds that a plan for the true number would be much better, and so plans
// anew each time, which takes as long as a search among few.
func (c *Conditions) Limit(n int) string {
	if n <= 10_000 {
		return strconv.Itoa(n)
	}
	return c.Arg(n) + "::bigint" // some odd number: not a statement of its own for each
}

// From is the FROM and the WHERE of a search.
func (n Query) From(c *Conditions) (from, where string, err error) {
	c.FilterShared("e", &n.Filter)
	from = "public.embeddings e"
	if n.Filter.needsMemories() {
		from += " JOIN public.memories m ON m.id = e.memory_id"
		if err := c.FilterMemory(&n.Filter); err != nil {
			return "", "", err
		}
	}
	return from, c.String(), nil
}

// Among is the FROM and the WHERE of what is near and passes the filter. What is
// demanded first leaves out most: the filter, by an index, or where nearly all
// pass, the distance. Behind it, PostgreSQL takes apart no more of a row than
// that needs; the OFFSET keeps it from joining the two again.
func (n Query) Among(near, from, passes string, count Selectivity) string {
	if count.nearlyAll() && !n.Filter.needsMemories() {
		return "(SELECT * FROM public.embeddings e WHERE " + near + " OFFSET 0) e WHERE " + passes
	}
	return from + " WHERE " + passes + " AND " + near
}

// nearestFirst are as many as are wanted, the nearest first.
func (n Query) nearestFirst(c *Conditions) string {
	return " ORDER BY distance, e.memory_id LIMIT " + c.Limit(n.Limit)
}

// hasDimension is true if the agent's vectors have the length of this one; with
// another it finds nothing, be it that some of this length are there already.
func (n Query) hasDimension(c *Conditions) string {
	return fmt.Sprintf("(SELECT a.embedding_dimension FROM public.agents a WHERE a.id = %s::uuid) = %d",
		c.Arg(n.Filter.Agent), len(n.Vector))
}

// wrap puts what is wanted of each hit around a query for hits. Distances that
// are no number are those to vectors of zeros.
func (s Shape[T]) wrap(n Query, c *Conditions, hits, more string) string {
	columns, from := "h.memory_id, h.distance", "("+hits+") h"
	if s.Columns != "" {
		columns = s.Columns + ", h.distance"
		from += " JOIN public.memories m ON m.id = h.memory_id"
	}
	return fmt.Sprintf(`SELECT %s%s FROM %s
		WHERE h.distance <> 'NaN' AND %s
		ORDER BY h.distance, h.memory_id`, columns, more, from, n.hasDimension(c))
}
