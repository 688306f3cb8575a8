package sql

import (
	"context"
	"math"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/search"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// SearchMemories implements core.SearchStore.
func (d *Database) SearchMemories(ctx context.Context, query core.MemorySearch) ([]*core.Memory, error) {
	if err := checkSearch(&query); err != nil {
		return nil, err
	}
	if err := search.CheckDirection(query.Vector); err != nil {
		return nil, err
	}
	n := search.Query{Filter: filterOf(query), Vector: query.Vector, Limit: query.Limit}
	found, err := d.findNearest(ctx, n)
	if err != nil {
		return nil, err
	}
	return aboveThreshold(found, query.Threshold), nil
}

// defaultSearchLimit is the number of memories that a search returns by
// default.
const defaultSearchLimit = 10

// checkSearch validates everything but the vector's direction, and sets
// defaults.
func checkSearch(query *core.MemorySearch) error {
	if len(query.Vector) > 0 {
		if err := search.CheckVector(query.Vector); err != nil {
			return err
		}
	}
	if query.Limit < 0 || query.Limit > value.MaxRows {
		return value.Invalid("sql: a search for %d memories: give it a limit of 1 to %d, or zero for %d", query.Limit, value.MaxRows, defaultSearchLimit)
	}
	if query.Limit == 0 {
		query.Limit = defaultSearchLimit
	}
	if math.IsNaN(query.Threshold) {
		return value.Invalid("sql: the threshold of a search is no number: give it one, or zero for any")
	}
	filter := filterOf(*query)
	return filter.Check("a search")
}

// filterOf returns the filter of a search.
func filterOf(query core.MemorySearch) search.Filter {
	return search.Filter{
		Agent: query.AgentID, Type: query.Type, Room: query.RoomID, World: query.WorldID, Entity: query.EntityID,
		Since: query.Since, Until: query.Until, Metadata: query.Metadata, Unique: query.Unique,
	}
}

// aboveThreshold returns the memories that are similar enough. They are sorted.
func aboveThreshold(found []*core.Memory, threshold float64) []*core.Memory {
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

// findNearest returns the memories nearest to a query, the nearest first.
func (d *Database) findNearest(ctx context.Context, n search.Query) ([]*core.Memory, error) {
	found, err := search.Nearest(ctx, d.driver, d.planner, n, d.memoryShape())
	if err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	if len(found) == 0 {
		return nil, d.checkDimension(ctx, n.Filter.Agent, len(n.Vector))
	}
	return found, nil
}

// memoryShape is a memory without its embedding.
func (d *Database) memoryShape() search.Shape[*core.Memory] {
	return search.Shape[*core.Memory]{
		Columns: memoryColumns,
		Scan: func(row pgtx.Scanner) (*core.Memory, error) {
			var distance float64
			m, err := d.scanMemory(row, &distance)
			if err == nil {
				m.Similarity = 1 - distance
			}
			return m, err
		},
		Distance: func(m *core.Memory) float64 { return 1 - m.Similarity },
	}
}
