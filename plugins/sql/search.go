package sql

import (
	"context"
	"math"

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

// findNearest returns them, the nearest first.
func (d *Database) findNearest(ctx context.Context, n nearest) ([]*core.Memory, error) {
	found, err := planned(ctx, d.driver, d.planner, n, whole)
	if err != nil {
		return nil, pgtx.Explain("could not search memories", err)
	}
	if len(found) == 0 {
		return nil, d.checkSearched(ctx, n.filter.agent, len(n.vector))
	}
	return found, nil
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
