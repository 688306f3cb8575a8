package sql

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
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
	if search.Limit < 0 {
		return fmt.Errorf("sql: a search for %d memories: the limit may not be negative", search.Limit)
	}
	if search.Limit == 0 {
		search.Limit = defaultSearchLimit
	}
	if math.IsNaN(search.Threshold) {
		return errors.New("sql: the threshold of a search is no number: give it one, or zero for any")
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
	return errors.New("sql: the vector of a search is all zeros: it has no direction, so that nothing is near to it")
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
		return nil, explain("could not search memories", err)
	}
	if len(found) == 0 {
		// Nothing: there is nothing, or the agent has vectors of another
		// length, which must not pass for nothing.
		vectors, err := d.agentVectors(ctx, n.filter.agent, "")
		switch {
		case errors.Is(err, core.ErrNotFound):
		case err != nil:
			return nil, err
		case vectors.dimension != 0 && vectors.dimension != len(n.vector):
			return nil, vectors.refuse(len(n.vector))
		}
	}
	return found, nil
}

// shape is what a search returns of each hit.
type shape[T any] struct {
	// columns, after the memory's id and the distance; of a table m, which
	// joins the hits.
	columns string
	scan    func(row scanner) (T, error)
}

// whole is the memory without its embedding.
var whole = shape[*core.Memory]{memoryColumns, func(row scanner) (*core.Memory, error) {
	var distance float64
	m, err := scanMemory(row, &distance)
	if err == nil {
		m.Similarity = 1 - distance
	}
	return m, err
}}

// hit is a memory's id and its distance.
type hit struct {
	id       uuid.UUID
	distance float64
}

var onlyID = shape[hit]{"", func(row scanner) (h hit, err error) {
	err = row.Scan(&h.id, &h.distance)
	return h, err
}}

// exactSQL compares the vector with all that pass the filter. The + 0 keeps
// the planner from the HNSW index, which would make it inexact.
func exactSQL[T any](n nearest, s shape[T]) (string, []any, error) {
	var c conditions
	where, err := n.where(&c)
	if err != nil {
		return "", nil, err
	}
	query := fmt.Sprintf(`SELECT e.memory_id, (e.%s OPERATOR(public.<=>) %s) + 0 AS distance
		FROM %s ORDER BY distance, e.memory_id LIMIT %s::bigint`,
		vectorColumn(len(n.vector)), c.vector(n.vector), where, c.arg(n.count))
	return s.around(query), c.args, nil
}

// indexSQL walks the HNSW index from the nearest on, and skips what does not
// pass the filter. Beyond 2,000 dimensions the index has half vectors; then
// some more than are wanted are compared in full.
func indexSQL[T any](n nearest, s shape[T]) (string, []any, error) {
	var c conditions
	where, err := n.where(&c)
	if err != nil {
		return "", nil, err
	}
	column, vector := vectorColumn(len(n.vector)), c.vector(n.vector)
	if len(n.vector) <= 2000 {
		query := fmt.Sprintf(`SELECT e.memory_id, e.%[1]s OPERATOR(public.<=>) %[2]s AS distance
			FROM %[3]s ORDER BY e.%[1]s OPERATOR(public.<=>) %[2]s LIMIT %[4]s::bigint`,
			column, vector, where, c.arg(n.count))
		return s.around(query), c.args, nil
	}
	half := fmt.Sprintf("public.halfvec(%d)", len(n.vector))
	query := fmt.Sprintf(`SELECT near.memory_id, near.full_vector OPERATOR(public.<=>) %[2]s AS distance FROM (
			SELECT e.memory_id, e.%[1]s AS full_vector
			FROM %[3]s ORDER BY e.%[1]s::%[5]s OPERATOR(public.<=>) %[2]s::%[5]s LIMIT %[4]s::bigint
		) near ORDER BY distance LIMIT %[6]s::bigint`,
		column, vector, where, c.arg(3*n.count+10), half, c.arg(n.count))
	return s.around(query), c.args, nil
}

// vector is a vector as a parameter, read once and not anew for every row.
func (c *conditions) vector(vector []float32) string {
	return "(SELECT " + c.arg(vector) + "::float4[]::public.vector)"
}

// where is the FROM and WHERE of a search. It finds nothing where the agent's
// vectors have another length, be it that some are there already.
func (n nearest) where(c *conditions) (string, error) {
	c.narrow("e", &n.filter)
	c.and("e." + vectorColumn(len(n.vector)) + " IS NOT NULL")
	c.and("(SELECT a.embedding_dimension FROM public.agents a WHERE a.id = %s::uuid) = %s::int", n.filter.agent, len(n.vector))
	from := "public.embeddings e"
	if n.filter.wide() {
		from += " JOIN public.memories m ON m.id = e.memory_id"
		if err := c.broad(&n.filter); err != nil {
			return "", err
		}
	}
	return from + " WHERE " + c.sql.String(), nil
}

// around puts what is wanted of each hit around a query for hits. Distances
// that are no number are those to vectors of zeros.
func (s shape[T]) around(query string) string {
	if s.columns == "" {
		return "SELECT h.memory_id, h.distance FROM (" + query + ") h WHERE h.distance <> 'NaN' ORDER BY h.distance, h.memory_id"
	}
	return "SELECT " + s.columns + ", h.distance FROM (" + query + ") h JOIN public.memories m ON m.id = h.memory_id" +
		" WHERE h.distance <> 'NaN' ORDER BY h.distance, h.memory_id"
}
