package sql

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SearchMemories implements core.SearchStore.
func (d *Database) SearchMemories(ctx context.Context, search core.MemorySearch) ([]*core.Memory, error) {
	if err := checkSearch(&search); err != nil {
		return nil, err
	}
	if err := checkDirection(search.Vector); err != nil {
		return nil, err
	}
	n := nearest{filter: filterOf(search), vector: search.Vector, count: search.Limit}
	found, err := d.findNearest(ctx, n)
	if err != nil {
		return nil, err
	}
	return above(found, search.Threshold), nil
}

// defaultSearchLimit is how many memories a search returns unless told
// otherwise.
const defaultSearchLimit = 10

// checkSearch checks all but the vector's direction, and fills in defaults.
func checkSearch(search *core.MemorySearch) error {
	if len(search.Vector) > 0 {
		if err := checkVector(search.Vector); err != nil {
			return err
		}
	}
	if search.Limit < 0 || search.Limit > value.MaxRows {
		return value.Invalid("sql: a search for %d memories: give it a limit of 1 to %d, or zero for %d", search.Limit, value.MaxRows, defaultSearchLimit)
	}
	if search.Limit == 0 {
		search.Limit = defaultSearchLimit
	}
	if math.IsNaN(search.Threshold) {
		return value.Invalid("sql: the threshold of a search is no number: give it one, or zero for any")
	}
	filter := filterOf(*search)
	return filter.check("a search")
}

// checkDirection refuses vectors that are near to nothing.
func checkDirection(vector []float32) error {
	if err := checkVector(vector); err != nil {
		return err
	}
	for _, value := range vector {
		if value != 0 {
			return nil
		}
	}
	return value.Invalid("sql: the vector of a search is all zeros: it has no direction, so that nothing is near to it")
}

func filterOf(search core.MemorySearch) memoryFilter {
	return memoryFilter{
		agent: search.AgentID, kind: search.Type, room: search.RoomID, world: search.WorldID, entity: search.EntityID,
		since: search.Since, until: search.Until, metadata: search.Metadata, unique: search.Unique,
	}
}

// above leaves out what is not similar enough. The memories are sorted.
func above(found []*core.Memory, threshold float64) []*core.Memory {
	if threshold <= 0 {
		return found
	}
	for i, m := range found {
		if m.Similarity < threshold {
			return found[:i]
		}
	}
	return found
}

// nearest asks for the memories that are nearest to a vector.
type nearest struct {
	filter memoryFilter
	vector []float32
	count  int
}

// findNearest returns them, the nearest first.
func (d *Database) findNearest(ctx context.Context, n nearest) ([]*core.Memory, error) {
	found, err := planned(ctx, d, n, whole)
	if err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	if len(found) == 0 {
		return nil, d.checkSearched(ctx, n.filter.agent, len(n.vector))
	}
	return found, nil
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

// whole is the memory without its embedding.
var whole = shape[*core.Memory]{memoryColumns, func(row pgtx.Scanner) (*core.Memory, error) {
	var distance float64
	m, err := scanMemory(row, &distance)
	if err == nil {
		m.Similarity = 1 - distance
	}
	return m, err
}, func(m *core.Memory) float64 { return 1 - m.Similarity }}

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
	return from, c.sql.String(), nil
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
