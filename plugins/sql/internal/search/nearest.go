package search

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// Query asks for the memories nearest to a vector.
type Query struct {
	Filter Filter
	Vector []float32
	Limit  int
}

// Shape is what a search returns for each hit.
type Shape[T any] struct {
	// Columns are those of memories m, which is joined with the hits. The distance
	// follows. Empty: the memory's id and the distance alone.
	Columns string
	Scan    func(row pgtx.Scanner) (T, error)
	// Distance returns the distance of a hit.
	Distance func(T) float64
}

// Hit is the id of a memory and its distance.
type Hit struct {
	ID       uuid.UUID
	Distance float64
}

// IDs is the Shape of a Hit.
var IDs = Shape[Hit]{"", func(row pgtx.Scanner) (h Hit, err error) {
	err = row.Scan(&h.ID, &h.Distance)
	return h, err
}, func(h Hit) float64 { return h.Distance }}

// Limit returns the operand of a LIMIT. For a parameter PostgreSQL assumes a tenth
// of the rows, finds that a plan for the true number is much cheaper, and so plans
// every execution, which takes as long as a search among few rows.
func (c *Conditions) Limit(n int) string {
	if n <= 10_000 {
		return strconv.Itoa(n)
	}
	return c.Arg(n) + "::bigint" // no prepared statement for every large number
}

// From returns the FROM and the WHERE of a search.
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

// Among returns the FROM and the WHERE of the rows that are near and pass the
// filter. The more selective condition is evaluated first: the filter, by an
// index, or if nearly all rows pass it, the distance, for which PostgreSQL has to
// decode less of a row. The OFFSET keeps it from merging the two.
func (n Query) Among(near, from, passes string, count Selectivity) string {
	if count.nearlyAll() && !n.Filter.needsMemories() {
		return "(SELECT * FROM public.embeddings e WHERE " + near + " OFFSET 0) e WHERE " + passes
	}
	return from + " WHERE " + passes + " AND " + near
}

// nearestFirst returns the ORDER BY and LIMIT of the nearest rows.
func (n Query) nearestFirst(c *Conditions) string {
	return " ORDER BY distance, e.memory_id LIMIT " + c.Limit(n.Limit)
}

// hasDimension returns a condition that is true if the query has the dimension of
// the agent's vectors. With another a search finds nothing, even if a rebuild has
// made vectors of that dimension already.
func (n Query) hasDimension(c *Conditions) string {
	return fmt.Sprintf("(SELECT a.embedding_dimension FROM public.agents a WHERE a.id = %s::uuid) = %d",
		c.Arg(n.Filter.Agent), len(n.Vector))
}

// wrap returns a query for the shape's columns of the hits of a query. It drops
// distances that are NaN, which are those to vectors of zeros.
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
